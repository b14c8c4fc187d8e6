import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Camera } from '../camera.js';
import { freeId, nameOf } from '../camera-name.js';
import type { CameraSet } from '../cameras/camera-set.js';
import { streamSchema } from '../config.js';
import { DaylitError } from '../core/errors.js';
import { present } from '../core/present.js';
import { isScene } from '../stream-source.js';
import type { AddressPolicy } from './address-policy.js';
import { cameraAnswer, nothing, outputsAnswer } from './answers.js';
import { needs } from './auth-access.js';
import { cameraPath } from './camera-routes.js';
import { findCamera } from './find-camera.js';
import { PhotoFolder } from './photo-folder.js';
import type { ZodTypes } from './zod-schemas.js';

/** What the routes need of the set of running cameras. */
export type ControlledCameras = Pick<CameraSet, 'add' | 'change' | 'remove' | 'photos'>;

const MOST_OUTPUTS = 8;
const of = streamSchema.shape;

const address = z.string().min(1).max(2048);
const outputs = z.array(address).max(MOST_OUTPUTS).describe('Where to push to: rtsp, rtsps, rtmp, srt, udp.');

/** All that a camera may be told from afar: no paths of this machine, and nothing that reaches ffmpeg as an option. */
const newCamera = z.strictObject({
  id: cameraPath.shape.id
    .regex(/^[a-z0-9][a-z0-9-]*$/, 'must be of a–z, 0–9 and -')
    .optional()
    .describe('Made from the address if left out.'),
  input: address.describe('rtsp://camera/thermal and the like, or synthetic:street.'),
  name: z.string().min(1).max(80).optional(),
  outputs: outputs.optional(),
  smoothing: of.smoothing,
  palette: of.palette,
  // Without their defaults, so that those of a cameras file hold.
  agc: of.agc.unwrap().optional(),
  polarity: of.polarity.unwrap().optional(),
  inputPalette: of.inputPalette.unwrap().optional(),
  range: of.range.unwrap().optional(),
  transport: of.transport.unwrap().optional(),
  firstFrameTimeout: of.firstFrameTimeout.unwrap().optional(),
  stallTimeout: of.stallTimeout.unwrap().optional(),
});
const changedOutputs = z.strictObject({ outputs });

/** Which cameras there are, and where they send. */
export function addCameraSetRoutes(
  app: FastifyInstance,
  cameras: readonly Camera[],
  { set, policy }: { readonly set: ControlledCameras | undefined; readonly policy: AddressPolicy },
): void {
  const api = app.withTypeProvider<ZodTypes>();
  const controlled = (): ControlledCameras => {
    if (set === undefined) throw new DaylitError('CHANGE_REFUSED', 'its cameras are fixed');
    return set;
  };
  const targets = (wanted: readonly string[]): Promise<string[]> =>
    Promise.all(wanted.map((target) => policy.checked(target, 'output')));

  api.post(
    '/api/cameras',
    {
      ...needs('admin'),
      schema: { tags: ['cameras'], summary: 'Add a camera', body: newCamera, response: { 201: cameraAnswer } },
    },
    async ({ body }, reply) => {
      const running = controlled();
      const { id, input, outputs: wanted, ...rest } = body;
      const settings = present({
        ...rest,
        id:
          id ??
          freeId(
            input,
            cameras.map((camera) => camera.id),
          ),
        // The name stays as it was said, also where the address is what was found.
        name: rest.name ?? nameOf(input),
        input: isScene(input) ? input : await policy.checked(input, 'camera'),
        outputs: wanted === undefined ? undefined : await targets(wanted),
      });
      return reply.code(201).send((await running.add(settings)).status());
    },
  );

  api.delete(
    '/api/cameras/:id',
    {
      ...needs('admin'),
      schema: { tags: ['cameras'], params: cameraPath, summary: 'End a camera for good', response: { 204: nothing } },
    },
    async ({ params }, reply) => {
      const { id } = findCamera(cameras, params.id);
      await controlled().remove(id);
      if (set?.photos !== undefined) await new PhotoFolder(set.photos).keepOnly(id, []);
      return reply.code(204).send();
    },
  );

  const all = { tags: ['outputs'], params: cameraPath, response: { 200: outputsAnswer } };
  api.get(
    '/api/cameras/:id/outputs',
    { ...needs('view'), schema: { ...all, summary: 'Where a camera sends, and how that goes' } },
    ({ params }) => ({ outputs: findCamera(cameras, params.id).status().outputs }),
  );

  api.put(
    '/api/cameras/:id/outputs',
    {
      ...needs('admin'),
      schema: {
        ...all,
        summary: 'Send to these addresses and no others; the camera starts again',
        body: changedOutputs,
      },
    },
    async ({ params, body }) => {
      const { id } = findCamera(cameras, params.id);
      const camera = await controlled().change(id, { outputs: await targets(body.outputs) });
      return { outputs: camera.status().outputs };
    },
  );
}
