/** States of the one shared cell. */
const IDLE = 0;
const RUNNING = 1;
/** Running, and nothing may begin after it. */
const ENDING = 2;
const STOPPED = 3;

/**
 * Keeps a process from ending while onnxruntime works in another thread, which would abort it (status 134). The thread
 * makes every native call inside `during`; whoever wants to end the process stops the guard first.
 */
export class RunGuard {
  readonly memory: SharedArrayBuffer;
  readonly #cell: Int32Array;

  constructor(memory = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)) {
    this.memory = memory;
    this.#cell = new Int32Array(memory);
  }

  /** Makes a native call. @throws Error once stopped. */
  async during<T>(call: () => Promise<T>): Promise<T> {
    if (!this.#change(IDLE, RUNNING)) throw new Error('stopped');
    try {
      return await call();
    } finally {
      if (!this.#change(RUNNING, IDLE)) {
        this.#change(ENDING, STOPPED);
        Atomics.notify(this.#cell, 0);
      }
    }
  }

  /** Lets no further call begin and blocks until the one under way is over, at most `milliseconds`. */
  stop(milliseconds: number): void {
    while (!this.#change(IDLE, STOPPED)) {
      // The call may have ended since; then it is idle or running anew, and the question is asked again.
      if (this.#change(RUNNING, ENDING)) Atomics.wait(this.#cell, 0, ENDING, milliseconds);
      const state = Atomics.load(this.#cell, 0);
      if (state === STOPPED || state === ENDING) return;
    }
  }

  #change(from: number, to: number): boolean {
    return Atomics.compareExchange(this.#cell, 0, from, to) === from;
  }
}
