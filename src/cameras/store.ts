import { DaylitError } from '../core/errors.js';
import type { CameraChange, CameraSettings } from './schema.js';

/** A change of what cameras there are, to be kept. */
export type Edit =
  | { readonly kind: 'add'; readonly settings: CameraSettings }
  | { readonly kind: 'change'; readonly id: string; readonly change: CameraChange }
  | { readonly kind: 'remove'; readonly id: string };

/** A change that has been checked but not kept yet. */
export interface Edited {
  /** Of the camera that was added or changed, whole; of a removed one, what it was. */
  readonly settings: CameraSettings;
  /** Keeps it. @throws DaylitError CONFIG_UNREADABLE; then what was kept before still is */
  readonly write: () => Promise<void>;
}

/** Where the settings of cameras are kept. */
export interface Store {
  /** Folder for photos that come while the cameras run; none: such photos are gone with the process. */
  readonly photos?: string;
  /** Checks a change. @throws DaylitError CONFIG_INVALID, NOT_SERVED */
  edit(edit: Edit): Promise<Edited>;
}

/** Keeps settings only as long as the process lives: of cameras that were named on the command line. */
export class MemoryStore implements Store {
  #cameras: ReadonlyMap<string, CameraSettings>;

  constructor(cameras: readonly CameraSettings[] = []) {
    this.#cameras = new Map(cameras.map((settings) => [settings.id, settings]));
  }

  edit(edit: Edit): Promise<Edited> {
    const id = edit.kind === 'add' ? edit.settings.id : edit.id;
    const settings = edit.kind === 'add' ? edit.settings : this.#cameras.get(id);
    if (settings === undefined) return Promise.reject(new DaylitError('NOT_SERVED', `camera ${id}`));
    const after = edit.kind === 'change' ? changed(settings, edit.change) : settings;
    return Promise.resolve({
      settings: after,
      write: () => {
        const others = [...this.#cameras].filter(([other]) => other !== id);
        this.#cameras = new Map(edit.kind === 'remove' ? others : [...others, [id, after]]);
        return Promise.resolve();
      },
    });
  }
}

/** The settings with a change; what the change has as undefined is taken out. */
export function changed(settings: CameraSettings, change: CameraChange): CameraSettings {
  const all = { ...settings, ...change };
  return Object.fromEntries(
    Object.entries(all).filter(([, value]) => value !== undefined),
  ) as unknown as CameraSettings;
}
