import { z } from 'zod';
import { ViewerClient, type Camera } from '../camera.js';
import type { Clock } from '../core/clock.js';
import { findCamera } from './find-camera.js';
import { parsed } from './parsed.js';
import type { Upgrades } from './upgrades.js';

/** Bytes that a viewer may say at once. */
const MOST_SAID = 1024;
const query = z.object({ codec: z.enum(['h264', 'jpeg']).default('jpeg') });

/**
 * Pictures over WebSocket at `/api/cameras/<id>/live?codec=h264|jpeg`: binary messages are pictures
 * (sinks/viewer-protocol.ts), text messages are JSON of where the camera stands, as in `/api/cameras/<id>`, with this
 * viewer's own counts. Where H.264 cannot be made JPEG is sent instead; each message says what it is. A viewer may answer
 * each picture with its sequence, as decimal text: then it is sent less as soon as it falls behind.
 */
export function addLiveSocket(upgrades: Upgrades, cameras: readonly Camera[], clock: Clock): void {
  upgrades.add({
    path: '/api/cameras/:id/live',
    access: 'view',
    mostBytes: MOST_SAID,
    open: ({ params, query: asked }) => {
      const camera = findCamera(cameras, params.id ?? '');
      const { codec } = parsed(query, asked);
      return (socket) => {
        const client = new ViewerClient(socket, clock);
        const tell = (): void => {
          client.tell(JSON.stringify({ ...camera.status(), viewer: client.counts }));
        };
        tell();
        const stops = [camera.onChange(tell), watch(camera, codec, client)];
        socket.on('message', (said) => {
          const sequence = Number(said);
          if (Number.isSafeInteger(sequence)) client.heard(sequence);
        });
        socket.on('close', () => {
          for (const stop of stops) stop();
        });
      };
    },
  });
}

/** @returns stops it */
function watch({ picture }: Camera, codec: 'h264' | 'jpeg', client: ViewerClient): () => void {
  const pictures = (): (() => void) =>
    picture.watch('both', (coded) => {
      client.offer(coded);
    });
  if (codec === 'jpeg') return pictures();
  let over = false;
  let stop = (): void => undefined;
  const stopVideo = picture.video.watch({
    onPiece: (unit) => {
      client.offer(unit);
    },
    onFailure: () => {
      if (!over) stop = pictures();
    },
  });
  return () => {
    over = true;
    stopVideo();
    stop();
  };
}
