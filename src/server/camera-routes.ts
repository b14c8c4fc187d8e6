import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Camera } from '../camera.js';
import type { CameraSet } from '../cameras/camera-set.js';
import { present } from '../core/present.js';
import { streamSchema } from '../config.js';
import { cameraAnswer, camerasAnswer, nothing, temperatureAnswer } from './answers.js';
import { needs } from './auth-access.js';
import { findCamera } from './find-camera.js';
import { queryNumber } from './query-number.js';
import type { ZodTypes } from './zod-schemas.js';

/** Where changes of running cameras are kept. */
export type CameraKeeper = Pick<CameraSet, 'keep'>;

/** Names a camera in a path. */
export const cameraPath = z.object({ id: z.string().min(1).max(40) });

const share = z.number().min(0).max(1);
const place = z.strictObject({
  x: queryNumber(share).describe('From the left edge (0) to the right one (1).'),
  y: queryNumber(share).describe('From the upper edge (0) to the lower one (1).'),
});
const { smoothing, palette } = streamSchema.shape;
const colours = z.strictObject({
  smoothing,
  palette: palette.unwrap().nullable().optional().describe('False colours instead of the model’s; null: the model’s.'),
});

/** What can be asked of a running camera and changed about it. */
export function addCameraRoutes(app: FastifyInstance, cameras: readonly Camera[], keeper?: CameraKeeper): void {
  const api = app.withTypeProvider<ZodTypes>();
  const tags = ['cameras'];

  api.get(
    '/api/cameras',
    { ...needs('view'), schema: { tags, summary: 'All cameras', response: { 200: camerasAnswer } } },
    () => ({ cameras: cameras.map((each) => each.status()) }),
  );

  const one = { tags, params: cameraPath, response: { 200: cameraAnswer } };
  api.get(
    '/api/cameras/:id',
    { ...needs('view'), schema: { ...one, summary: 'Where a camera stands' } },
    ({ params }) => findCamera(cameras, params.id).status(),
  );

  api.patch(
    '/api/cameras/:id',
    {
      ...needs('operate'),
      schema: { ...one, summary: 'Change how a camera is coloured, from its next frame on', body: colours },
    },
    async ({ params, body }) => {
      const camera = findCamera(cameras, params.id);
      const before = camera.colours.settings;
      await camera.colours.adjust(present(body));
      const after = camera.colours.settings;
      try {
        await keeper?.keep(camera.id, { ...after, palette: after.palette ?? undefined });
      } catch (thrown) {
        await camera.colours.adjust(before);
        throw thrown;
      }
      return camera.status();
    },
  );

  api.post(
    '/api/cameras/:id/retry',
    {
      ...needs('operate'),
      schema: { tags, params: cameraPath, summary: 'Try again now whatever waits', response: { 204: nothing } },
    },
    ({ params }, reply) => {
      findCamera(cameras, params.id).retryNow();
      return reply.code(204).send();
    },
  );

  api.get(
    '/api/cameras/:id/temperature',
    {
      ...needs('view'),
      schema: {
        ...{ tags, params: cameraPath, querystring: place, response: { 200: temperatureAnswer } },
        summary: 'Degrees Celsius at a place of the next frame, of cameras that measure temperatures',
      },
    },
    async ({ params, query: { x, y } }) => ({
      x,
      y,
      celsius: await findCamera(cameras, params.id).thermometer.at(x, y),
    }),
  );
}
