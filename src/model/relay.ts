import { performance } from 'node:perf_hooks';

/** Bytes before the numbers: the cell that counts turns, with a cache line of its own. */
const HEAD = 64;

/** One frame's part in a relay, as it goes to the thread that runs it. */
export interface Leg {
  /** Shared by all threads: whose turn it is, and the state that the frames before left. */
  readonly memory: SharedArrayBuffer;
  /** Its place in the order, from 0. */
  readonly turn: number;
  /** The state counts for nothing. */
  readonly reset: boolean;
  /** What the frame leaves is the state from now on. */
  readonly keep: boolean;
}

/**
 * The state of a stream whose frames are coloured by several threads at a time. Each thread draws its frame by itself,
 * then waits for the frame before to have left the state, and hands it on. A thread takes up frames in the order in which
 * all of them were sent out, so a frame waits for earlier ones alone, and the earliest never waits.
 */
export class Relay {
  readonly #memory: SharedArrayBuffer;
  readonly #cell: Int32Array;
  /** Frames whose thread may have died with the turn in its hands. */
  readonly #lost = new Set<number>();
  #turns = 0;

  /** @param elements float32 numbers that the state has */
  constructor(elements: number) {
    this.#memory = new SharedArrayBuffer(HEAD + elements * Float32Array.BYTES_PER_ELEMENT);
    this.#cell = new Int32Array(this.#memory, 0, 1);
  }

  /** The next frame's part. */
  next(step: Pick<Leg, 'reset' | 'keep'>): Leg {
    const turn = this.#turns;
    this.#turns += 1;
    return { memory: this.#memory, turn, ...step };
  }

  /**
   * To be told of every frame that is out of its thread, so that one that never came to its turn holds up no other.
   * @param failed it brought no picture
   */
  ended({ turn }: Leg, failed: boolean): void {
    if (failed) this.#lost.add(turn);
    for (const lost of this.#lost) {
      if (lost < Atomics.load(this.#cell, 0)) this.#lost.delete(lost);
    }
    while (this.#lost.delete(Atomics.load(this.#cell, 0))) handOn(this.#cell, Atomics.load(this.#cell, 0));
  }
}

/** A thread's end of a relay, for one frame. */
export class Runner {
  readonly reset: boolean;
  readonly keep: boolean;
  /** The state as the frame before left it; to be touched between `begin` and `end`. */
  readonly state: Float32Array<SharedArrayBuffer>;
  /** Milliseconds spent waiting for the turn. */
  waited = 0;
  readonly #cell: Int32Array;
  readonly #turn: number;

  constructor({ memory, turn, reset, keep }: Leg) {
    this.reset = reset;
    this.keep = keep;
    this.state = new Float32Array(memory, HEAD);
    this.#cell = new Int32Array(memory, 0, 1);
    this.#turn = turn;
  }

  /** Blocks its thread until it is the frame's turn. */
  begin(): void {
    const start = performance.now();
    for (;;) {
      const turn = Atomics.load(this.#cell, 0);
      if (turn >= this.#turn) break;
      Atomics.wait(this.#cell, 0, turn);
    }
    this.waited += performance.now() - start;
  }

  /** Hands the state on, also where the frame has failed before its turn came. Safe to call twice. */
  end(): void {
    this.begin();
    handOn(this.#cell, this.#turn);
  }
}

function handOn(cell: Int32Array, turn: number): void {
  Atomics.compareExchange(cell, 0, turn, turn + 1);
  Atomics.notify(cell, 0);
}
