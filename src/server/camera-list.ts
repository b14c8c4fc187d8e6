import type { Camera } from '../camera.js';
import { CameraSet } from '../cameras/camera-set.js';

/** A list of cameras that is always what a set has: whoever holds it sees cameras come and go. */
export interface CameraList {
  readonly cameras: readonly Camera[];
  /** The list stays as it is from now on. */
  readonly stop: () => void;
}

/** @param cameras fixed ones, or a set of running ones */
export function listOf(cameras: readonly Camera[] | CameraSet): CameraList {
  if (!(cameras instanceof CameraSet)) return { cameras, stop: () => undefined };
  const list = [...cameras.list()];
  const stop = cameras.onChange(() => {
    list.splice(0, list.length, ...cameras.list());
  });
  return { cameras: list, stop };
}

/** How often cameras that came or went are looked for, in milliseconds. */
const LOOK_EVERY_MS = 1000;

/**
 * Follows each camera of a list for as long as it is in it.
 * @param follow begins with one; what it returns ends with it
 * @returns stops following all
 */
export function followEach(cameras: readonly Camera[], follow: (camera: Camera) => () => void): () => void {
  const following = new Map<Camera, () => void>();
  const look = (): void => {
    for (const [camera, stop] of following) {
      if (cameras.includes(camera)) continue;
      following.delete(camera);
      stop();
    }
    for (const camera of cameras) if (!following.has(camera)) following.set(camera, follow(camera));
  };
  look();
  const timer = setInterval(look, LOOK_EVERY_MS).unref();
  return () => {
    clearInterval(timer);
    for (const stop of following.values()) stop();
  };
}
