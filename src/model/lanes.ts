import type { BufferPool } from '../core/buffer-pool.js';
import type { StreamEnds } from './guided-stream.js';
import type { LastingThread } from './lasting-thread.js';
import { StreamDispatcher } from './stream-dispatcher.js';
import type { KeyedTokens } from './tokens.js';

/** A thread with its own set of weights, and who waits for it. */
interface Lane {
  readonly thread: LastingThread;
  readonly dispatcher: StreamDispatcher;
  streams: number;
}

export interface LanesOptions {
  /** Most threads at a time. */
  readonly most: number;
  /** Begins one more thread; resolves when its graph is loaded and warm. */
  readonly begin: () => Promise<LastingThread>;
  readonly pool: BufferPool;
  readonly onRun: (milliseconds: number) => void;
}

/**
 * The inference threads of a colorizer: one at first, and a further one when a stream is opened while all have one, as
 * long as there are cores for it. A stream stays with its thread, where its state lies, so its frames keep their order;
 * the streams of a thread take turns.
 */
export class Lanes {
  readonly #options: LanesOptions;
  readonly #lanes: Lane[] = [];
  #beginning: Promise<Lane | undefined> | undefined;
  #common: readonly KeyedTokens[] = [];
  #closing = false;

  /** @param first a thread whose graph is loaded */
  constructor(first: LastingThread, options: LanesOptions) {
    this.#options = options;
    this.#lanes.push(this.#laneOf(first));
  }

  /** A new stream's end; of a promise where a thread is begun for it. */
  stream(smoothing: number): StreamEnds | Promise<StreamEnds> {
    // Whoever comes meanwhile counts with the thread that is begun, or one stream would have it to itself.
    if (this.#beginning !== undefined) return this.#beginning.then(() => this.stream(smoothing));
    const emptiest = this.#emptiest();
    const more = this.#lanes.length < this.#options.most;
    if (emptiest.streams === 0 || !more || this.#closing) return this.#streamOf(emptiest, smoothing);
    return this.#begin().then((lane) => this.#streamOf(lane ?? this.#emptiest(), smoothing));
  }

  /** Sets the photos of all streams that have none of their own, also of those to come. */
  async useCommon(photos: readonly KeyedTokens[]): Promise<void> {
    this.#common = photos;
    await Promise.all(this.#lanes.map(({ thread }) => thread.call('references', { photos })));
  }

  /** What is in the threads comes out, what waits is refused; then the threads end. */
  async close(): Promise<void> {
    this.#closing = true;
    for (const { dispatcher } of this.#lanes) dispatcher.refuse();
    await this.#beginning;
    await Promise.all(this.#lanes.map(({ thread }) => thread.close()));
  }

  #streamOf(lane: Lane, smoothing: number): StreamEnds {
    lane.streams += 1;
    const ends = lane.dispatcher.stream(smoothing);
    return {
      ...ends,
      close: () => {
        lane.streams -= 1;
        return ends.close();
      },
    };
  }

  #begin(): Promise<Lane | undefined> {
    const begun = this.#options
      .begin()
      .then(async (thread) => {
        for (let told; told !== this.#common;) {
          told = this.#common;
          await thread.call('references', { photos: told });
        }
        const lane = this.#laneOf(thread);
        if (this.#closing) lane.dispatcher.refuse();
        this.#lanes.push(lane);
        return lane;
      })
      // One thread less is slower, nothing else.
      .catch(() => undefined)
      .finally(() => (this.#beginning = undefined));
    this.#beginning = begun;
    return begun;
  }

  #laneOf(thread: LastingThread): Lane {
    const { pool, onRun } = this.#options;
    return { thread, dispatcher: new StreamDispatcher(thread, pool, onRun), streams: 0 };
  }

  #emptiest(): Lane {
    return this.#lanes.reduce((least, lane) => (lane.streams < least.streams ? lane : least));
  }
}
