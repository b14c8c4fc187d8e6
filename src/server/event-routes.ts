import type { FastifyInstance } from 'fastify';
import { ViewerClient, type Camera } from '../camera.js';
import type { Clock } from '../core/clock.js';
import { headersOf } from './picture-routes.js';

/** Where the cameras stand, as server-sent events: each at first, then at every change and once a second. */
export function addEventRoutes(app: FastifyInstance, cameras: readonly Camera[], clock: Clock): void {
  app.get('/api/events', (_, reply) => {
    const { raw } = reply.hijack();
    raw.writeHead(200, { ...headersOf(reply), 'content-type': 'text/event-stream' });
    const socket = {
      get bufferedAmount() {
        return raw.writableLength;
      },
      send: (data: Uint8Array | string) => void raw.write(data),
      terminate: () => void raw.destroy(),
    };
    const client = new ViewerClient(socket, clock);
    const stops = cameras.map((camera) => {
      const tell = (): void => {
        client.tell(`event: camera\ndata: ${JSON.stringify(camera.status())}\n\n`);
      };
      tell();
      return camera.onChange(tell);
    });
    raw.on('close', () => {
      for (const stop of stops) stop();
    });
  });
}
