import { sameSize, type Size } from '../core/frame.js';

/** A pause longer than this, in seconds, or a step back in time: the scene may be another. An FFC takes less. */
const GAP_SECONDS = 2;

/** What decides whether one frame may lean on the one before it. */
export interface Moment {
  readonly size: Size;
  readonly epoch: number;
  /** Presentation time. */
  readonly seconds: number;
  readonly cut: boolean;
  readonly frozen: boolean;
}

/** When a stream's state is used, forgotten and renewed; the numbers themselves lie with whoever asks. */
export class TemporalState {
  #last: Moment | undefined;
  #filled = false;

  /** Makes the next frame a first one: what was made of the last no longer counts. */
  forget(): void {
    this.#last = undefined;
  }

  /**
   * Tells what to do with the next frame. `reset`: the state counts for nothing, because it is the first frame, or the
   * scene, the size, the connection or the time is another. `keep`: the state that the frame leaves becomes the
   * stream's; that of a frozen frame does not, since it shows what was, not what is.
   */
  next(moment: Moment): { readonly reset: boolean; readonly keep: boolean } {
    const last = this.#last;
    const reset = !this.#filled || last === undefined || moment.cut || broken(last, moment);
    const keep = !moment.frozen;
    this.#filled = keep || !reset;
    this.#last = moment;
    return { reset, keep };
  }
}

function broken(last: Moment, moment: Moment): boolean {
  const elapsed = moment.seconds - last.seconds;
  return !sameSize(last.size, moment.size) || last.epoch !== moment.epoch || !(elapsed >= 0 && elapsed <= GAP_SECONDS);
}
