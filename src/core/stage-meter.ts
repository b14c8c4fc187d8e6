import type { Clock } from './clock.js';

/**
 * The stages whose time is told apart. `source`: waiting for the next frame; `normalize`: thermal handling;
 * `model`: running the graph (in its own thread); `write`: waiting for the outputs to take a frame.
 */
export type Stage = 'source' | 'normalize' | 'model' | 'write';

/** Milliseconds summed by stage. Stages overlap in time, so their sum may exceed the wall time. */
export type StageTimes = Readonly<Record<Stage, number>>;

/** Adds up where a job's time goes. */
export class StageMeter {
  readonly #times: Record<Stage, number> = { source: 0, normalize: 0, model: 0, write: 0 };
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Adds milliseconds to a stage. */
  add(stage: Stage, milliseconds: number): void {
    this.#times[stage] += milliseconds;
  }

  /** Times a synchronous step. */
  time<T>(stage: Stage, step: () => T): T {
    const start = this.#clock.now();
    try {
      return step();
    } finally {
      this.add(stage, this.#clock.now() - start);
    }
  }

  /** Times an asynchronous step, waiting included. */
  async timeAsync<T>(stage: Stage, step: () => Promise<T>): Promise<T> {
    const start = this.#clock.now();
    try {
      return await step();
    } finally {
      this.add(stage, this.#clock.now() - start);
    }
  }

  /** The sums so far. */
  snapshot(): StageTimes {
    return { ...this.#times };
  }
}
