import type { FastifyInstance } from 'fastify';
import { ViewerClient, type Camera } from '../camera.js';
import type { Clock } from '../core/clock.js';
import { needs } from './auth-access.js';
import { endlessAnswer } from './endless-answer.js';

/** Where the cameras stand, as server-sent events: each at first, then at every change and once a second. */
export function addEventRoutes(app: FastifyInstance, cameras: readonly Camera[], clock: Clock): void {
  app.get('/api/events', needs('view'), (_, reply) => {
    const stops: (() => void)[] = [];
    const socket = endlessAnswer(reply, 'text/event-stream', () => {
      for (const stop of stops) stop();
    });
    const client = new ViewerClient(socket, clock);
    for (const camera of cameras) {
      const tell = (): void => {
        client.tell(`event: camera\ndata: ${JSON.stringify(camera.status())}\n\n`);
      };
      tell();
      stops.push(camera.onChange(tell));
    }
  });
}
