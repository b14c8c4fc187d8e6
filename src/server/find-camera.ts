import type { Camera } from '../camera.js';
import { DaylitError } from '../core/errors.js';

/** The camera of this id; the first one if none is named. @throws DaylitError NOT_SERVED */
export function findCamera(cameras: readonly Camera[], id: string | undefined): Camera {
  const camera = id === undefined ? cameras[0] : cameras.find((candidate) => candidate.id === id);
  if (camera === undefined) throw new DaylitError('NOT_SERVED', id === undefined ? 'no camera' : `camera ${id}`);
  return camera;
}
