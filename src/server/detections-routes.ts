import type { FastifyInstance } from 'fastify';
import type { Camera } from '../camera.js';
import { detectionsSchema } from '../detections.js';
import { detectionsAnswer, recentDetectionsAnswer } from './answers.js';
import { needs } from './auth-access.js';
import { cameraPath } from './camera-routes.js';
import { findCamera } from './find-camera.js';
import type { ZodTypes } from './zod-schemas.js';

/** What detectors find: they say it here, or on the socket that they read frames from. */
export function addDetectionsRoutes(app: FastifyInstance, cameras: readonly Camera[]): void {
  const api = app.withTypeProvider<ZodTypes>();
  const tags = ['detections'];
  const path = '/api/cameras/:id/detections';

  api.get(
    path,
    {
      ...needs('view'),
      schema: { tags, params: cameraPath, summary: 'What was found lately', response: { 200: recentDetectionsAnswer } },
    },
    ({ params }) => ({ detections: findCamera(cameras, params.id).detections.recent() }),
  );

  api.post(
    path,
    {
      ...needs('operate'),
      schema: {
        ...{ tags, params: cameraPath, body: detectionsSchema, response: { 201: detectionsAnswer } },
        summary: 'Say what was found in a frame: it is drawn on the page, told to others and recorded',
      },
    },
    ({ params, body }, reply) => reply.code(201).send(findCamera(cameras, params.id).detections.add(body)),
  );
}
