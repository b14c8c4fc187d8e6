import { isDeepStrictEqual } from 'node:util';
import type { Camera } from '../camera.js';
import { DaylitError } from '../core/errors.js';
import type { CameraChange, CameraSettings } from './schema.js';
import type { Store } from './store.js';

/** Told when the set is another; a camera that starts again shows as removed and added. */
export interface SetChange {
  readonly kind: 'added' | 'removed' | 'failed';
  readonly id: string;
}

/** What `apply` did, by id. */
export interface Applied {
  readonly started: readonly string[];
  readonly ended: readonly string[];
  readonly untouched: readonly string[];
  readonly failed: readonly { readonly id: string; readonly error: DaylitError }[];
}

interface Entry {
  readonly settings: CameraSettings;
  /** None where it could not begin. */
  readonly camera?: Camera;
  readonly error?: DaylitError;
}

/**
 * The cameras that run in this process. Changes happen one after another, each whole or not at all, and touch no other
 * camera. What is changed here is kept in the store: with a cameras file, in it.
 */
export class CameraSet {
  readonly #open: (settings: CameraSettings) => Promise<Camera>;
  readonly #store: Store;
  readonly #listeners = new Set<(change: SetChange) => void>();
  readonly #running: Camera[] = [];
  #entries: ReadonlyMap<string, Entry> = new Map();
  #last: Promise<unknown> = Promise.resolve();

  /** @param open starts one camera; rejects with a DaylitError where it cannot begin */
  constructor(open: (settings: CameraSettings) => Promise<Camera>, store: Store) {
    this.#open = open;
    this.#store = store;
  }

  /** Folder for photos that come while the cameras run; none: such photos are gone with the process. */
  get photos(): string | undefined {
    return this.#store.photos;
  }

  /** Those that run, in the order of the file. Always the same array, which changes as the set does. */
  list(): readonly Camera[] {
    return this.#running;
  }

  /** @returns undefined for an id that does not run */
  find(id: string): Camera | undefined {
    return this.#entries.get(id)?.camera;
  }

  /** Those that could not begin, and why. */
  failures(): Applied['failed'] {
    return [...this.#entries].flatMap(([id, { error }]) => (error === undefined ? [] : [{ id, error }]));
  }

  /** What a camera runs by; undefined for an id that there is not. */
  settings(id: string): CameraSettings | undefined {
    return this.#entries.get(id)?.settings;
  }

  /** Told after each change. @returns stops it */
  onChange(listener: (change: SetChange) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /**
   * Makes these the cameras: those whose settings are the same run on untouched, others end, start or start again. One
   * that cannot begin is told of and harms no other. Nothing is written to the store, where they come from.
   *
   * @param read gives them when it is this change's turn; if it rejects, so does this, and nothing has changed
   */
  apply(read: () => Promise<readonly CameraSettings[]>): Promise<Applied> {
    return this.#inTurn(async () => {
      const wanted = await read();
      const before = this.#entries;
      const stays = (settings: CameraSettings): boolean => {
        const entry = before.get(settings.id);
        return entry?.camera !== undefined && isDeepStrictEqual(entry.settings, settings);
      };
      const untouched = wanted.filter(stays).map(({ id }) => id);
      const ending = [...before.keys()].filter((id) => !untouched.includes(id));
      // All first: what one gives up, such as an output, another may take.
      await Promise.all(ending.map((id) => this.#stop(id)));
      const opened = await Promise.all(
        wanted.map(async (settings) => {
          const running = stays(settings) ? before.get(settings.id) : undefined;
          return running ?? this.#begin(settings);
        }),
      );
      this.#become(opened);
      const failed = this.failures();
      const started = wanted.map(({ id }) => id).filter((id) => !untouched.includes(id) && this.find(id) !== undefined);
      for (const id of started) this.#tell({ kind: 'added', id });
      for (const { id } of failed) this.#tell({ kind: 'failed', id });
      return { started, ended: ending.filter((id) => before.get(id)?.camera !== undefined), untouched, failed };
    });
  }

  /**
   * Starts one more and keeps it.
   * @throws DaylitError REQUEST_INVALID if the id is taken, CONFIG_INVALID, CONFIG_UNREADABLE, and what a camera cannot
   * begin with; then nothing has changed
   */
  add(settings: CameraSettings): Promise<Camera> {
    return this.#inTurn(async () => {
      const { id } = settings;
      if (this.#entries.has(id)) throw new DaylitError('REQUEST_INVALID', `there is a camera ${id} already`);
      const edited = await this.#store.edit({ kind: 'add', settings });
      const camera = await this.#put(edited.settings);
      await edited.write().catch(async (thrown: unknown) => {
        await this.#forget(id);
        throw thrown;
      });
      return camera;
    });
  }

  /**
   * Starts a camera again with other settings and keeps them.
   * @throws DaylitError NOT_SERVED, CONFIG_INVALID, CONFIG_UNREADABLE, and what it cannot begin with; then it runs on
   * as before
   */
  change(id: string, change: CameraChange): Promise<Camera> {
    return this.#inTurn(async () => {
      const { settings: before } = this.#entry(id);
      const edited = await this.#store.edit({ kind: 'change', id, change });
      await this.#stop(id);
      try {
        const camera = await this.#put(edited.settings);
        await edited.write();
        return camera;
      } catch (thrown) {
        await this.#stop(id);
        await this.#put(before).catch(() => undefined);
        throw thrown;
      }
    });
  }

  /**
   * Keeps settings that the running camera has taken over already, such as its smoothing: nothing starts again.
   * @throws DaylitError NOT_SERVED, CONFIG_INVALID, CONFIG_UNREADABLE
   */
  keep(id: string, change: CameraChange): Promise<void> {
    return this.#inTurn(async () => {
      const entry = this.#entry(id);
      const edited = await this.#store.edit({ kind: 'change', id, change });
      await edited.write();
      this.#set({ ...entry, settings: edited.settings });
    });
  }

  /** Ends a camera for good. @throws DaylitError NOT_SERVED, CONFIG_UNREADABLE; then it runs on */
  remove(id: string): Promise<void> {
    return this.#inTurn(async () => {
      this.#entry(id);
      const edited = await this.#store.edit({ kind: 'remove', id });
      await edited.write();
      await this.#forget(id);
    });
  }

  /** Ends all of them; what came in is written and outputs are finished. */
  close(): Promise<void> {
    return this.#inTurn(async () => {
      await Promise.all([...this.#entries.keys()].map((id) => this.#forget(id)));
    });
  }

  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(change);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  #entry(id: string): Entry {
    const entry = this.#entries.get(id);
    if (entry === undefined) throw new DaylitError('NOT_SERVED', `camera ${id}`);
    return entry;
  }

  async #begin(settings: CameraSettings): Promise<Entry> {
    try {
      return { settings, camera: await this.#open(settings) };
    } catch (thrown) {
      return { settings, error: DaylitError.from(thrown) };
    }
  }

  async #put(settings: CameraSettings): Promise<Camera> {
    const camera = await this.#open(settings);
    this.#set({ settings, camera });
    this.#tell({ kind: 'added', id: settings.id });
    return camera;
  }

  /** Ends a camera; its place in the order stays. */
  async #stop(id: string): Promise<void> {
    const entry = this.#entries.get(id);
    if (entry?.camera === undefined) return;
    const { settings, camera } = entry;
    this.#set({ settings });
    await camera.close();
    this.#tell({ kind: 'removed', id });
  }

  async #forget(id: string): Promise<void> {
    await this.#stop(id);
    this.#become([...this.#entries.values()].filter(({ settings }) => settings.id !== id));
  }

  #set(entry: Entry): void {
    const { id } = entry.settings;
    const all = [...this.#entries.values()];
    this.#become(
      this.#entries.has(id) ? all.map((other) => (other.settings.id === id ? entry : other)) : [...all, entry],
    );
  }

  #become(entries: readonly Entry[]): void {
    this.#entries = new Map(entries.map((entry) => [entry.settings.id, entry]));
    this.#running.splice(0, Infinity, ...entries.flatMap(({ camera }) => (camera === undefined ? [] : [camera])));
  }

  #tell(change: SetChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}
