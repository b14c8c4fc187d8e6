import { ViewerClient, type Camera } from '../camera.js';
import type { Clock } from '../core/clock.js';
import { findCamera } from './find-camera.js';
import type { Upgrades } from './upgrades.js';

/** Bytes that a viewer may say at once; it has nothing to say. */
const MOST_SAID = 1024;

/**
 * Pictures over WebSocket at `/api/cameras/<id>/live`: binary messages are pictures (sinks/viewer-protocol.ts), text
 * messages are JSON of where the camera stands, as in `/api/cameras/<id>`, with this viewer's own counts.
 */
export function addLiveSocket(upgrades: Upgrades, cameras: readonly Camera[], clock: Clock): void {
  upgrades.add({
    path: '/api/cameras/:id/live',
    access: 'view',
    mostBytes: MOST_SAID,
    open: ({ params }) => {
      const camera = findCamera(cameras, params.id ?? '');
      return (socket) => {
        const client = new ViewerClient(socket, clock);
        const tell = (): void => {
          client.tell(JSON.stringify({ ...camera.status(), viewer: client.counts }));
        };
        tell();
        const stops = [
          camera.onChange(tell),
          camera.picture.watch('both', (picture) => {
            client.offer(picture);
          }),
        ];
        socket.on('close', () => {
          for (const stop of stops) stop();
        });
      };
    },
  });
}
