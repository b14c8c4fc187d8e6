import type { BufferPool } from '../core/buffer-pool.js';
import { DaylitError } from '../core/errors.js';
import { byteLengthOf, type ColourFrame, type Frame } from '../core/frame.js';
import { FairQueue } from './fair-queue.js';
import { coloured, momentOf, refusalOf } from './frame-hand-over.js';
import { interrupted, type StreamEnds } from './guided-stream.js';
import type { WorkerClient } from './worker-client.js';

/** Frames in the thread at once: one runs, one is at the door, so that the thread never waits for the main one. */
export const IN_THREAD = 2;

/** An open stream: how many of its frames are inside, and who waits for them to be out. */
interface Open {
  readonly stream: number;
  inside: number;
  whenEmpty?: () => void;
}

interface Waiting {
  readonly open: Open;
  readonly frame: Frame;
  readonly resolve: (frame: ColourFrame) => void;
  readonly reject: (error: DaylitError) => void;
}

/** Hands the frames of all streams to the one thread: in order within a stream, streams taking turns. */
export class StreamDispatcher {
  readonly #client: Pick<WorkerClient, 'call'>;
  readonly #pool: BufferPool;
  readonly #onRun: (milliseconds: number) => void;
  readonly #queue = new FairQueue<Waiting>();
  #inThread = 0;
  #streams = 0;
  #refusing = false;

  constructor(client: Pick<WorkerClient, 'call'>, pool: BufferPool, onRun: (milliseconds: number) => void) {
    this.#client = client;
    this.#pool = pool;
    this.#onRun = onRun;
  }

  /** Opens a stream; the frames of several take turns. @param smoothing 0 to 1 */
  stream(smoothing: number): StreamEnds {
    this.#streams += 1;
    const stream = this.#streams;
    const open: Open = { stream, inside: 0 };
    // Should this fail, so do the frames, which have someone waiting for them.
    this.#client.call('open', { stream, smoothing }).catch(() => undefined);
    return {
      colorize: (frame) => this.#enqueue(open, frame),
      usePhotos: async (photos) => {
        await this.#client.call('references', { stream, photos });
      },
      close: async () => {
        if (open.inside > 0) await new Promise<void>((resolve) => (open.whenEmpty = resolve));
        await this.#client.call('close', { stream }).catch(() => undefined);
      },
    };
  }

  /** Takes no more frames and gives back those that wait; what is in the thread already comes out. */
  refuse(): void {
    this.#refusing = true;
    for (const { open, frame, reject } of this.#queue.drain()) {
      reject(interrupted(frame));
      leave(open);
    }
  }

  #enqueue(open: Open, frame: Frame): Promise<ColourFrame> {
    if (this.#refusing) return Promise.reject(interrupted(frame));
    const refusal = refusalOf(frame);
    if (refusal !== undefined) return Promise.reject(refusal);
    return new Promise((resolve, reject) => {
      open.inside += 1;
      this.#queue.push(open.stream, { open, frame, resolve, reject });
      this.#pump();
    });
  }

  #pump(): void {
    while (this.#inThread < IN_THREAD) {
      const next = this.#queue.shift();
      if (next === undefined) return;
      this.#inThread += 1;
      void this.#send(next);
    }
  }

  /** Hands one frame over and settles whoever waits for it; then the next may go. Never rejects. */
  async #send({ open, frame, resolve, reject }: Waiting): Promise<void> {
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
    leave(open);
    this.#inThread -= 1;
    this.#pump();
  }
}

function leave(open: Open): void {
  open.inside -= 1;
  if (open.inside === 0) open.whenEmpty?.();
}
