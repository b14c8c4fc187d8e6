import type { Camera } from '../camera.js';
import { CameraSet } from '../cameras/camera-set.js';

/** The cameras that are served: fixed ones, or always what a set has. */
export class CameraList {
  /** One list for good, whose content changes: whoever holds it sees cameras come and go. */
  readonly cameras: readonly Camera[];
  readonly #listeners = new Set<() => void>();
  readonly #stop: () => void;

  constructor(cameras: readonly Camera[] | CameraSet) {
    if (!(cameras instanceof CameraSet)) {
      this.cameras = cameras;
      this.#stop = () => undefined;
      return;
    }
    this.cameras = cameras.list();
    this.#stop = cameras.onChange(() => {
      for (const listener of this.#listeners) listener();
    });
  }

  /**
   * Follows each camera for as long as it is in the list.
   * @param follow begins with one; what it returns ends with it
   * @returns stops following all
   */
  followEach(follow: (camera: Camera) => () => void): () => void {
    const following = new Map<Camera, () => void>();
    const look = (): void => {
      for (const [camera, stop] of following) {
        if (this.cameras.includes(camera)) continue;
        following.delete(camera);
        stop();
      }
      for (const camera of this.cameras) if (!following.has(camera)) following.set(camera, follow(camera));
    };
    look();
    this.#listeners.add(look);
    return () => {
      this.#listeners.delete(look);
      for (const stop of following.values()) stop();
    };
  }

  /**
   * Told once when this camera is no longer in the list, at once if it is not.
   * @returns stops waiting for that
   */
  onGone(camera: Camera, listener: () => void): () => void {
    const look = (): void => {
      if (this.cameras.includes(camera)) return;
      this.#listeners.delete(look);
      listener();
    };
    this.#listeners.add(look);
    look();
    return () => {
      this.#listeners.delete(look);
    };
  }

  /** The list stays as it is from now on. */
  stop(): void {
    this.#stop();
  }
}
