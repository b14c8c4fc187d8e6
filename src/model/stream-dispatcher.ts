import type { BufferPool } from '../core/buffer-pool.js';
import { DaylitError } from '../core/errors.js';
import { byteLengthOf } from '../core/frame.js';
import { coloured, momentOf } from './frame-hand-over.js';
import type { StreamEnds } from './guided-stream.js';
import { WaitingFrames, type Occupied, type Waiting } from './waiting-frames.js';
import type { WorkerClient } from './worker-client.js';

/** Frames in the thread at once: one runs, one is at the door, so that the thread never waits for the main one. */
export const IN_THREAD = 2;

/** Hands the frames of all streams to the one thread: in order within a stream, streams taking turns. */
export class StreamDispatcher {
  readonly #client: Pick<WorkerClient, 'call'>;
  readonly #pool: BufferPool;
  readonly #onRun: (milliseconds: number) => void;
  readonly #waiting = new WaitingFrames<Occupied>(() => {
    this.#pump();
  });
  #inThread = 0;
  #streams = 0;

  constructor(client: Pick<WorkerClient, 'call'>, pool: BufferPool, onRun: (milliseconds: number) => void) {
    this.#client = client;
    this.#pool = pool;
    this.#onRun = onRun;
  }

  /** Opens a stream; the frames of several take turns. @param smoothing 0 to 1 */
  stream(smoothing: number): StreamEnds {
    this.#streams += 1;
    const stream = this.#streams;
    const open: Occupied = { stream, inside: 0 };
    // Should this fail, so do the frames, which have someone waiting for them.
    this.#client.call('open', { stream, smoothing }).catch(() => undefined);
    return {
      colorize: (frame) => this.#waiting.push(open, frame),
      usePhotos: async (photos) => {
        await this.#client.call('references', { stream, photos });
      },
      close: async () => {
        await this.#waiting.empty(open);
        await this.#client.call('close', { stream }).catch(() => undefined);
      },
    };
  }

  /** Takes no more frames and gives back those that wait; what is in the thread already comes out. */
  refuse(): void {
    this.#waiting.refuse();
  }

  #pump(): void {
    while (this.#inThread < IN_THREAD) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#inThread += 1;
      void this.#send(next);
    }
  }

  /** Hands one frame over and settles whoever waits for it; then the next may go. Never rejects. */
  async #send({ open, frame, resolve, reject }: Waiting<Occupied>): Promise<void> {
    const { stream } = open;
    const pool = this.#pool;
    // A copy, since not every picture's memory may be transferred, and its owner gets it back at once.
    const thermal = pool.take(frame.pixels.length);
    thermal.set(frame.pixels);
    frame.release();
    const rgb = pool.take(byteLengthOf('rgb24', frame.size));
    const job = { stream, moment: momentOf(frame), thermal, rgb };
    try {
      const done = await this.#client.call('frame', job, [thermal.buffer, rgb.buffer]);
      this.#onRun(done.milliseconds);
      const giveBack = (): void => {
        pool.give(done.rgb);
        pool.give(done.thermal);
      };
      resolve(coloured(frame, done, giveBack));
    } catch (thrown) {
      reject(DaylitError.from(thrown));
    }
    this.#waiting.left(open);
    this.#inThread -= 1;
    this.#pump();
  }
}
