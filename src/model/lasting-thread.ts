import { DaylitError } from '../core/errors.js';
import type { Notify } from '../core/notices.js';
import type { Wait } from '../core/wait.js';
import { StandingOrders, type Order } from './standing-orders.js';
import type { WorkerClient } from './worker-client.js';
import type { CallName, Calls, Started } from './worker-messages.js';

/** Milliseconds before the first try to begin anew; they double up to the second. */
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;
/** Frames in a row that a device may fail: after that it is no bad frame but a lost device. */
const FAILURES_IN_A_ROW = 3;

/** One life of the inference thread. */
export type Life = Pick<WorkerClient, 'call' | 'close'>;

export interface LastingThreadOptions {
  /** Reads the model and starts a thread; `start` has not been called. */
  readonly birth: () => Promise<Life>;
  /** Told when the thread is lost, at each try, and when it is back. */
  readonly notify: Notify;
  readonly wait: Wait;
}

/**
 * An inference thread that comes back: when it dies, or its device fails one frame after another, all calls fail with
 * that error at once, and another thread is begun with growing pauses, as long as it takes. It then knows the streams
 * and photos of the one before; only the colours that were carried from frame to frame are lost. What is made known
 * meanwhile (streams, photos) is taken and holds from its birth on.
 */
export class LastingThread implements Life {
  readonly #options: LastingThreadOptions;
  readonly #orders = new StandingOrders();
  readonly #closing = new AbortController();
  #life: Life;
  /** Why there is no life at present. */
  #lost: DaylitError | undefined;
  #failures = 0;
  #revival: Promise<void> = Promise.resolve();
  #started: Started | undefined;

  /** @param first a thread that `start` was not called on */
  constructor(first: Life, options: LastingThreadOptions) {
    this.#life = first;
    this.#options = options;
  }

  /** What the newest life runs on; undefined before the first has started. */
  get started(): Started | undefined {
    return this.#started;
  }

  async call<K extends CallName>(
    call: K,
    takes: Calls[K]['takes'],
    transfer: readonly ArrayBuffer[] = [],
  ): Promise<Calls[K]['gives']> {
    const order = { call, takes } as { call: CallName } as Order | { call: Exclude<CallName, Order['call']> };
    const holds = StandingOrders.holds(order);
    if (holds) this.#orders.note(order);
    if (this.#lost !== undefined) {
      if (holds) return null;
      throw this.#lost;
    }
    const life = this.#life;
    try {
      const gives = await life.call(call, takes, transfer);
      if (isFrame(call)) this.#failures = 0;
      if (call === 'start') this.#started = gives as Started;
      return gives;
    } catch (thrown) {
      const error = DaylitError.from(thrown);
      if (life === this.#life) this.#judge(call, error);
      if (holds && error.code === 'WORKER_DIED') return null;
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#revival;
    await this.#life.close();
  }

  /** A thread that never started is not begun anew: whoever opens the model is told why. */
  #judge(call: CallName, error: DaylitError): void {
    if (this.#started === undefined || this.#lost !== undefined || this.#closing.signal.aborted) return;
    if (isFrame(call) && error.code === 'MODEL_FAILED') this.#failures += 1;
    if (error.code !== 'WORKER_DIED' && this.#failures < FAILURES_IN_A_ROW) return;
    this.#lost = error;
    this.#revival = this.#revive(error);
  }

  async #revive(why: DaylitError): Promise<void> {
    const { wait, notify } = this.#options;
    const { signal } = this.#closing;
    let reason = why.message;
    // One that has lost its device still holds memory; one that died has nothing left to close.
    await this.#life.close();
    for (let pause = FIRST_WAIT_MS; ; pause = Math.min(LONGEST_WAIT_MS, 2 * pause)) {
      notify({
        kind: 'model-lost',
        message: `The model is away: ${reason}. Trying again in ${pause / 1000} s.`,
        data: { code: why.code, waitMs: pause },
      });
      await wait(pause, signal);
      if (signal.aborted) return;
      try {
        await this.#begin();
        notify({ kind: 'model-back', message: `The model runs again, on ${this.#started?.provider ?? '?'}.` });
        return;
      } catch (thrown) {
        reason = DaylitError.from(thrown).message;
      }
    }
  }

  async #begin(): Promise<void> {
    const life = await this.#options.birth();
    try {
      this.#started = await life.call('start', null);
    } catch (thrown) {
      await life.close();
      throw thrown;
    }
    // All at once, so that what is made known from now on comes after it. Should it die of them, the next frame tells.
    for (const { call, takes } of this.#orders.all()) life.call(call, takes).catch(() => undefined);
    this.#life = life;
    this.#failures = 0;
    this.#lost = undefined;
  }
}

function isFrame(call: CallName): boolean {
  return call === 'frame' || call === 'sharedFrame';
}
