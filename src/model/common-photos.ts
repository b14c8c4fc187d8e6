import type { LastingThread } from './lasting-thread.js';
import type { KeyedTokens } from './tokens.js';

/** What all streams without photos of their own are coloured after, in every thread of a colorizer. */
export class CommonPhotos {
  #photos: readonly KeyedTokens[] = [];

  get photos(): readonly KeyedTokens[] {
    return this.#photos;
  }

  /** Sets them, in these threads now and in those to come by `teach`. */
  async use(photos: readonly KeyedTokens[], threads: readonly Pick<LastingThread, 'call'>[]): Promise<void> {
    this.#photos = photos;
    await Promise.all(threads.map((thread) => thread.call('references', { photos })));
  }

  /** Tells a new thread, anew as often as they change meanwhile. */
  async teach(thread: Pick<LastingThread, 'call'>): Promise<void> {
    for (let told; told !== this.#photos;) {
      told = this.#photos;
      await thread.call('references', { photos: told });
    }
  }
}
