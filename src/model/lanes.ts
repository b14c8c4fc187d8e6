import type { BufferPool } from '../core/buffer-pool.js';
import { CommonPhotos } from './common-photos.js';
import type { StreamEnds } from './guided-stream.js';
import type { LastingThread } from './lasting-thread.js';
import { Seat } from './seat.js';
import { StreamDispatcher } from './stream-dispatcher.js';
import type { KeyedTokens } from './tokens.js';

/** A thread with its own set of weights. */
export type LaneThread = Pick<LastingThread, 'call' | 'close'>;

/** Told the milliseconds that a frame took in the model, and in which of the threads, from 0. */
export type OnRun = (milliseconds: number, thread: number) => void;

/** A thread, and who waits for it. */
interface Lane {
  readonly thread: LaneThread;
  readonly dispatcher: StreamDispatcher;
}

export interface LanesOptions {
  /** Most threads at a time. */
  readonly most: number;
  /** Begins one more thread; resolves when its graph is loaded and warm. */
  readonly begin: () => Promise<LaneThread>;
  readonly pool: BufferPool;
  readonly onRun: OnRun;
}

/**
 * The inference threads of a colorizer: one at first, and a further one when a second stream is opened, as long as there
 * are cores for it. A stream lies with one thread, where its state is, so its frames keep their order; the streams of a
 * thread take turns. Streams are spread evenly: when a thread is there or a stream has gone, some change their place.
 */
export class Lanes {
  readonly #options: LanesOptions;
  readonly #lanes: Lane[] = [];
  readonly #seats = new Set<Seat>();
  readonly #common = new CommonPhotos();
  #beginning: Promise<void> | undefined;
  #closing = false;

  /** @param first a thread whose graph is loaded */
  constructor(first: LaneThread, options: LanesOptions) {
    this.#options = options;
    this.#add(first);
  }

  /** A new stream's end. */
  stream(smoothing: number): StreamEnds {
    const seat = new Seat(this.#fewest().dispatcher, smoothing);
    this.#seats.add(seat);
    this.#beginIfWanted();
    return {
      ...{ colorize: seat.colorize, usePhotos: seat.usePhotos },
      close: async () => {
        this.#seats.delete(seat);
        await seat.close();
        this.#balance();
      },
    };
  }

  /** Sets the photos of all streams that have none of their own, also of those to come. */
  async useCommon(photos: readonly KeyedTokens[]): Promise<void> {
    await this.#common.use(
      photos,
      this.#lanes.map(({ thread }) => thread),
    );
  }

  /** What is in the threads comes out, what waits is refused; then the threads end. */
  async close(): Promise<void> {
    this.#closing = true;
    for (const { dispatcher } of this.#lanes) dispatcher.refuse();
    await this.#beginning;
    await Promise.all(this.#lanes.map(({ thread }) => thread.close()));
  }

  #beginIfWanted(): void {
    const enough = this.#lanes.length >= Math.min(this.#options.most, this.#seats.size);
    if (enough || this.#beginning !== undefined || this.#closing) return;
    this.#beginning = this.#begin().finally(() => {
      this.#beginning = undefined;
    });
  }

  async #begin(): Promise<void> {
    try {
      const thread = await this.#options.begin();
      await this.#common.teach(thread);
      this.#add(thread);
    } catch {
      // One thread less is slower, nothing else; the next stream that is opened tries again.
    }
  }

  #add(thread: LaneThread): void {
    const { pool, onRun } = this.#options;
    const index = this.#lanes.length;
    const dispatcher = new StreamDispatcher(thread, pool, (milliseconds) => {
      onRun(milliseconds, index);
    });
    if (this.#closing) dispatcher.refuse();
    this.#lanes.push({ thread, dispatcher });
    this.#balance();
  }

  /** Moves streams until no thread has two more than another. */
  #balance(): void {
    if (this.#closing) return;
    for (;;) {
      const fewest = this.#fewest();
      const most = this.#lanes.reduce((fullest, lane) => (this.#at(lane) > this.#at(fullest) ? lane : fullest));
      if (this.#at(most) - this.#at(fewest) < 2) return;
      const newest = [...this.#seats].findLast(({ at }) => at === most.dispatcher);
      newest?.moveTo(fewest.dispatcher);
    }
  }

  #fewest(): Lane {
    return this.#lanes.reduce((fewest, lane) => (this.#at(lane) < this.#at(fewest) ? lane : fewest));
  }

  /** How many streams lie with a thread. */
  #at({ dispatcher }: Lane): number {
    let count = 0;
    for (const { at } of this.#seats) if (at === dispatcher) count += 1;
    return count;
  }
}
