import { openCamera, type Camera, type CameraHooks } from '../camera.js';
import { freeId, nameOf } from '../camera-name.js';
import { DaylitError } from '../core/errors.js';
import { silent, type Notify } from '../core/notices.js';
import { watchFiles } from '../watch-files.js';
import { CameraSet, type Applied } from './camera-set.js';
import { FileStore } from './file-store.js';
import type { CamerasFile } from './parse.js';
import { readCamerasFile } from './read.js';
import type { CameraSettings } from './schema.js';
import { MemoryStore } from './store.js';
import type { Variables } from './variables.js';

/**
 * Runs cameras that were named one by one, such as on the command line.
 * @throws DaylitError if one of them cannot begin; then none runs
 */
export async function openNamedCameras(
  cameras: readonly Omit<CameraSettings, 'id'>[],
  hooks: CameraHooks,
): Promise<CameraSet> {
  const settings = cameras.reduce<readonly CameraSettings[]>((before, camera) => {
    const taken = before.map(({ id }) => id);
    return [...before, { name: nameOf(camera.input), ...camera, id: freeId(camera.input, taken) }];
  }, []);
  const set = new CameraSet(openerOf(hooks), new MemoryStore(settings));
  const { failed } = await set.apply(() => Promise.resolve(settings));
  if (failed[0] === undefined) return set;
  await set.close();
  throw failed[0].error;
}

/** Opens a camera by its settings; its notices say whose they are. */
function openerOf({ notify = silent, ...hooks }: CameraHooks): (settings: CameraSettings) => Promise<Camera> {
  return (settings) => {
    const { id } = settings;
    const tell: Notify = ({ kind, message, data }) => {
      notify({ kind, message: `${id}: ${message}`, data: { ...data, camera: id } });
    };
    return openCamera(settings, [], { ...hooks, notify: tell });
  };
}

/** How a cameras file is followed. */
export interface FileHooks extends CameraHooks {
  readonly variables: Variables;
  /** Refuses a file that is right, but not for this purpose. @throws DaylitError */
  readonly accept?: (file: CamerasFile) => void;
}

/** The cameras of a file, which run, and change as the file does. */
export class FollowedFile {
  readonly set: CameraSet;
  readonly #path: string;
  readonly #hooks: FileHooks;
  #stopWatching: (() => Promise<void>) | undefined;

  private constructor(path: string, hooks: FileHooks) {
    this.#path = path;
    this.#hooks = hooks;
    this.set = new CameraSet(openerOf(hooks), new FileStore(path, hooks.variables));
  }

  /**
   * Starts the cameras of a file, and follows it from then on. Cameras that cannot begin are told of.
   * @throws DaylitError CONFIG_UNREADABLE, CONFIG_INVALID and what else is wrong with the file; where there are cameras
   * and none can begin, the first one's error
   */
  static async open(path: string, hooks: FileHooks): Promise<FollowedFile> {
    const followed = new FollowedFile(path, hooks);
    const { failed } = await followed.#apply();
    if (failed[0] !== undefined && followed.set.list().length === 0) throw failed[0].error;
    followed.#tellOf(failed);
    followed.#stopWatching = watchFiles([path], () => void followed.reload());
    return followed;
  }

  /** Reads the file again. One that is not right is told of, and all goes on as it was. Never rejects. */
  async reload(): Promise<void> {
    const { notify = silent } = this.#hooks;
    try {
      const { started, ended, untouched, failed } = await this.#apply();
      this.#tellOf(failed);
      const removed = ended.filter((id) => !started.includes(id) && !failed.some((failure) => failure.id === id));
      if (started.length + removed.length === 0) return;
      const parts = [
        ...(started.length > 0 ? [`started ${started.join(', ')}`] : []),
        ...(removed.length > 0 ? [`ended ${removed.join(', ')}`] : []),
        `untouched ${untouched.length}`,
      ];
      const data = { started: started.join(' '), ended: removed.join(' '), untouched: untouched.join(' ') };
      notify({ kind: 'cameras', message: `${this.#path} has changed: ${parts.join('; ')}`, data });
    } catch (thrown) {
      const { code, message } = DaylitError.from(thrown);
      notify({ kind: 'cameras', message: `The cameras run on as they are. ${message}`, data: { code } });
    }
  }

  /** Ends all cameras; what came in is written and outputs are finished. */
  async close(): Promise<void> {
    await this.#stopWatching?.();
    await this.set.close();
  }

  #apply(): Promise<Applied> {
    return this.set.apply(async () => {
      const file = await readCamerasFile(this.#path, this.#hooks.variables);
      this.#hooks.accept?.(file);
      return file.cameras;
    });
  }

  #tellOf(failed: Applied['failed']): void {
    const { onState } = this.#hooks;
    for (const { id, error } of failed) onState?.({ of: id, state: 'failed', reason: error.message, code: error.code });
  }
}
