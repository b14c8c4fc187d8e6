import type { FastifyInstance } from 'fastify';
import { ViewerClient, type Camera } from '../camera.js';
import type { Clock } from '../core/clock.js';
import { needs } from './auth-access.js';
import type { CameraList } from './camera-list.js';
import type { Elsewhere } from './elsewhere.js';
import { endlessAnswer } from './endless-answer.js';

/**
 * What happens, as server-sent events. `camera`: where each stands at first, then at every change and once a second;
 * `detections`: what detectors found; `removed`: a camera that is there no longer.
 */
export function addEventRoutes(app: FastifyInstance, list: CameraList, clock: Clock, elsewhere?: Elsewhere): void {
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
    let ended = false;
    let stop = (): void => undefined;
    const socket = endlessAnswer(reply, 'text/event-stream', () => {
      ended = true;
      stop();
    });
    const client = new ViewerClient(socket, clock);
    const tell = (event: string, data: object): void => {
      if (!ended) client.tell(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    };
    stop = elsewhere?.followEvents(tell) ?? list.followEach((camera) => follow(camera, tell));
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
    tell('removed', { id: camera.id });
  };
}
