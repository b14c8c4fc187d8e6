/** States of the one shared cell. */
const IDLE = 0;
const RUNNING = 1;
const STOPPED = 2;

/**
 * Keeps a process from ending while onnxruntime runs in another thread, which would abort it (status 134). The thread
 * enters before and leaves after each native call; whoever wants to end the process stops the guard first.
 */
export class RunGuard {
  readonly memory: SharedArrayBuffer;
  readonly #cell: Int32Array;

  constructor(memory = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)) {
    this.memory = memory;
    this.#cell = new Int32Array(memory);
  }

  /** Runs a native call. @throws Error once stopped. */
  async during<T>(call: () => Promise<T>): Promise<T> {
    if (Atomics.compareExchange(this.#cell, 0, IDLE, RUNNING) !== IDLE) throw new Error('stopped');
    try {
      return await call();
    } finally {
      Atomics.compareExchange(this.#cell, 0, RUNNING, IDLE);
      Atomics.notify(this.#cell, 0);
    }
  }

  /** Lets no further call begin and blocks until the one under way is over, at most `milliseconds`. */
  stop(milliseconds: number): void {
    if (Atomics.compareExchange(this.#cell, 0, IDLE, STOPPED) !== RUNNING) return;
    Atomics.wait(this.#cell, 0, RUNNING, milliseconds);
    Atomics.compareExchange(this.#cell, 0, IDLE, STOPPED);
  }
}
