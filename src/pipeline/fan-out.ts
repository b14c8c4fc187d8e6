import { concatMap, type OperatorFunction } from 'rxjs';
import type { Sink, SinkReport } from '../core/contracts.js';
import { DaylitError } from '../core/errors.js';
import type { ColourFrame } from '../core/frame.js';
import type { StageMeter } from '../core/stage-meter.js';

/** An output that broke, and why. */
export interface SinkFailure {
  readonly target: string;
  readonly error: DaylitError;
}

/**
 * Several outputs behind one: each frame is offered to all that still work. One that breaks is discarded and
 * remembered and harms no other; when none is left, writing fails with the last one's error.
 */
export class FanOut {
  readonly failures: SinkFailure[] = [];
  readonly #working: Set<Sink>;
  readonly #meter: StageMeter;

  constructor(sinks: readonly Sink[], meter: StageMeter) {
    this.#working = new Set(sinks);
    this.#meter = meter;
  }

  /** Writes each frame to all outputs, then passes it on; in order. */
  write(): OperatorFunction<ColourFrame, ColourFrame> {
    return concatMap(async (frame) => {
      await this.#meter.timeAsync('write', () => this.#each((sink) => sink.write(frame)));
      return frame;
    });
  }

  /** Completes the outputs that still work. */
  async finish(): Promise<readonly SinkReport[]> {
    const reports: SinkReport[] = [];
    await this.#each(async (sink) => {
      reports.push(await sink.finish());
    });
    return reports;
  }

  /** Stops all outputs and leaves nothing of them. */
  async discard(): Promise<void> {
    await Promise.allSettled([...this.#working].map((sink) => sink.discard()));
    this.#working.clear();
  }

  async #each(step: (sink: Sink) => Promise<void>): Promise<void> {
    const [only] = this.#working;
    if (this.#working.size > 1) await Promise.all([...this.#working].map((sink) => this.#guarded(sink, step)));
    else if (only !== undefined) {
      try {
        await step(only);
      } catch (thrown) {
        await this.#broken(only, thrown);
      }
    }
    const last = this.failures.at(-1);
    if (this.#working.size === 0 && last !== undefined) throw last.error;
  }

  async #guarded(sink: Sink, step: (sink: Sink) => Promise<void>): Promise<void> {
    try {
      await step(sink);
    } catch (thrown) {
      await this.#broken(sink, thrown);
    }
  }

  async #broken(sink: Sink, thrown: unknown): Promise<void> {
    this.#working.delete(sink);
    this.failures.push({ target: sink.target, error: DaylitError.from(thrown) });
    await sink.discard();
  }
}
