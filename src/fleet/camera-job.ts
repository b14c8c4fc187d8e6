import { createHash } from 'node:crypto';
import { z } from 'zod';
import { streamSchema } from '../config.js';
import type { CameraSettings } from '../cameras/schema.js';
import { forbiddenProtocol } from '../allowed-address.js';
import { DaylitError } from '../core/errors.js';
import { present } from '../core/present.js';
import { PHOTO_NAME } from './blob-store.js';

/** The queue of cameras: one job each, which ends only when the camera is no longer wanted. */
export const CAMERA_QUEUE = 'daylit-cameras';

/** Redis hash of the cameras that are to run: by id, the job that is the camera's now. */
export const WANTED_KEY = 'daylit:cameras:wanted';
/** Redis hash of fencing tokens: by camera, how often it was taken. */
export const FENCES_KEY = 'daylit:cameras:fences';
/** Redis stream of who took and left which camera, and when. */
export const FENCING_LOG_KEY = 'daylit:cameras:log';

/** Stands in an output's address where the fencing token goes. */
const FENCE = '{fence}';

/** A camera as it travels: all that a stream can be told but what belongs to the machine that runs it. */
export const cameraJobSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/),
  name: z.string().max(80).optional(),
  photos: z.array(z.string().regex(PHOTO_NAME)).max(16),
  /** SHA-256 of its model.json; left out: the model that its worker has. */
  model: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  settings: streamSchema
    .omit({
      ...{ references: true, model: true, device: true, threads: true, ffmpeg: true, format: true },
      // A file, and of recordings alone.
      telemetry: true,
    })
    .refine(
      ({ input, outputs }) => [input, ...outputs].every((address) => forbiddenProtocol(address) === undefined),
      'an address of this kind is not taken',
    ),
});

export type CameraJob = z.output<typeof cameraJobSchema>;

/** What belongs to the machine that runs a camera, or travels otherwise. */
const LEFT_AT_HOME: ReadonlySet<string> = new Set(['id', 'name', 'references', 'model', 'device', 'threads', 'ffmpeg']);

/**
 * A camera of the file as it travels.
 * @throws DaylitError OPTION_INVALID for settings that cannot be shared between machines
 */
export function cameraJobOf(camera: CameraSettings, photos: readonly string[], model?: string): CameraJob {
  const { id, name } = camera;
  const settings = Object.fromEntries(Object.entries(camera).filter(([key]) => !LEFT_AT_HOME.has(key)));
  const result = cameraJobSchema.safeParse({ id, ...present({ name, model }), photos, settings });
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new DaylitError('OPTION_INVALID', `${id}: ${issue?.path.slice(1).join('.') ?? ''}: ${issue?.message ?? ''}`);
}

/** Names the job of a camera with these settings, so that another setting is another job. */
export function jobIdOf(job: CameraJob): string {
  return `${job.id}-${createHash('sha256').update(JSON.stringify(job)).digest('hex').slice(0, 16)}`;
}

/** Whether an input or output is a file or folder of the machine that runs the camera. */
export function isPath(target: string): boolean {
  return !/^[a-z][a-z0-9+.-]*:\/\/|^synthetic:|^v4l2:/i.test(target);
}

/**
 * An output's address with the fencing token in it, so that never two workers write under one name: where the address
 * says `{fence}`, else before the ending of its path, or at the end of an SRT stream's id.
 *
 * @throws DaylitError OPTION_INVALID where there is no name to tell two workers apart, as with udp://host:port
 */
export function fencedTarget(target: string, fence: number): string {
  if (target.includes(FENCE)) return target.replaceAll(FENCE, String(fence));
  const {
    host = '',
    path = '',
    query = '',
  } = /^(?<host>[a-z]+:\/\/[^/?]*)?(?<path>[^?]*)(?<query>\?.*)?$/is.exec(target)?.groups ?? {};
  if (/[^/-]/.test(path)) return `${host}${path.replace(/(\.[a-z0-9]{1,5}|\/)?$/i, `-${fence}$1`)}${query}`;
  const named = query.replace(/([?&]streamid=[^&]+)/, `$1-${fence}`);
  if (named !== query) return `${host}${path}${named}`;
  throw new DaylitError('OPTION_INVALID', `${target}: two workers could send there at once`, {
    hint: 'Put {fence} where the address may differ, as in srt://host:9000?streamid=yard-{fence}.',
  });
}
