import type { Clock } from './clock.js';
import { Histogram, type HistogramCounts } from './histogram.js';

/**
 * The stages whose time is told apart. `source`: waiting for the next frame; `normalize`: thermal handling;
 * `model`: running the graph (in its own thread); `write`: waiting for the outputs to take a frame.
 */
export type Stage = 'source' | 'normalize' | 'model' | 'write';

/** Milliseconds summed by stage. Stages overlap in time, so their sum may exceed the wall time. */
export type StageTimes = Readonly<Record<Stage, number>>;

/** How long each step took, by stage. */
export type StageHistograms = Readonly<Record<Stage, HistogramCounts>>;

/**
 * Told each step of a stage when it is over: the clock's time then, and how long it took, in milliseconds; and which of
 * the stage's threads made it, from 0, where it has several.
 */
export type OnStep = (stage: Stage, endMs: number, milliseconds: number, thread?: number) => void;

/** Adds up where a job's time goes. */
export class StageMeter {
  readonly #times: Record<Stage, number> = { source: 0, normalize: 0, model: 0, write: 0 };
  readonly #steps: Readonly<Record<Stage, Histogram>> = {
    source: new Histogram(),
    normalize: new Histogram(),
    model: new Histogram(),
    write: new Histogram(),
  };
  readonly #clock: Clock;
  readonly #onStep: OnStep | undefined;

  constructor(clock: Clock, onStep?: OnStep) {
    this.#clock = clock;
    this.#onStep = onStep;
  }

  /** Adds a step that is over now to a stage. */
  add(stage: Stage, milliseconds: number, thread = 0): void {
    this.#times[stage] += milliseconds;
    this.#steps[stage].add(milliseconds);
    this.#onStep?.(stage, this.#clock.now(), milliseconds, thread);
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

  /** How long the steps of each stage took so far. */
  histograms(): StageHistograms {
    const { source, normalize, model, write } = this.#steps;
    return {
      source: source.snapshot(),
      normalize: normalize.snapshot(),
      model: model.snapshot(),
      write: write.snapshot(),
    };
  }

  /** The sums so far. */
  snapshot(): StageTimes {
    return { ...this.#times };
  }
}
