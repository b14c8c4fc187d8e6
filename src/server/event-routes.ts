import type { FastifyInstance } from 'fastify';
import { ViewerClient, type Camera } from '../camera.js';
import type { Clock } from '../core/clock.js';
import { needs } from './auth-access.js';
import { endlessAnswer } from './endless-answer.js';

/** How often cameras that came or went are looked for, in milliseconds. */
const LOOK_EVERY_MS = 1000;

/**
 * What happens, as server-sent events. `camera`: where each stands at first, then at every change and once a second;
 * `detections`: what detectors found; `removed`: a camera that is there no longer.
 */
export function addEventRoutes(app: FastifyInstance, cameras: readonly Camera[], clock: Clock): void {
  const schema = {
    ...{ tags: ['events'], summary: 'Server-sent events: camera, detections, removed' },
    response: {
      200: {
        description: 'Goes on until its reader leaves',
        content: { 'text/event-stream': { schema: { type: 'string' } } },
      },
    },
  };
  app.get('/api/events', { ...needs('view'), schema }, (_, reply) => {
    const following = new Map<Camera, () => void>();
    const socket = endlessAnswer(reply, 'text/event-stream', () => {
      clearInterval(timer);
      for (const stop of following.values()) stop();
    });
    const client = new ViewerClient(socket, clock);
    const tell = (event: string, data: object): void => {
      client.tell(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    };
    const look = (): void => {
      for (const camera of cameras) if (!following.has(camera)) following.set(camera, follow(camera, tell));
      for (const [camera, stop] of following) {
        if (cameras.includes(camera)) continue;
        stop();
        following.delete(camera);
        tell('removed', { id: camera.id });
      }
    };
    const timer = setInterval(look, LOOK_EVERY_MS);
    look();
  });
}

/** @returns stops it */
function follow(camera: Camera, tell: (event: string, data: object) => void): () => void {
  const tellStatus = (): void => {
    tell('camera', camera.status());
  };
  tellStatus();
  const stops = [
    camera.onChange(tellStatus),
    camera.detections.onAdd((set) => {
      tell('detections', set);
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
