import { LIVE_TIME_BASE, type Frame } from '../core/frame.js';

const TICKS_PER_SECOND = LIVE_TIME_BASE.denominator / LIVE_TIME_BASE.numerator;
const TICKS_PER_MS = TICKS_PER_SECOND / 1000;
/** By how much a step in the source's time may differ from the time that really passed. */
const TOLERANCE = 5 * TICKS_PER_SECOND;

/**
 * Presentation times that only ever rise, whatever the camera's do.
 *
 * The rule: the first frame is at 0. After that the source's own steps are taken, to the tick. Where a step cannot be
 * right (a new connection; back in time or standing still, as when a 33-bit MPEG-TS clock wraps or a file begins again;
 * more than 5 s off from the time that passed between the two arrivals) the time that passed is taken instead, one tick
 * at least. So clocks of camera and machine may drift apart for weeks without a jump.
 */
export class MonotonicPts {
  #last: Pick<Frame, 'pts' | 'arrivedAt' | 'epoch'> | undefined;
  #time = 0;

  /** The frame's time in ticks of {@link LIVE_TIME_BASE}; greater than that of the frame before. */
  push({ pts, timeBase, arrivedAt, epoch }: Pick<Frame, 'pts' | 'timeBase' | 'arrivedAt' | 'epoch'>): number {
    const ticks = Math.round(pts * ((timeBase.numerator * TICKS_PER_SECOND) / timeBase.denominator));
    const last = this.#last;
    this.#last = { pts: ticks, arrivedAt, epoch };
    if (last === undefined) return this.#time;
    const step = ticks - last.pts;
    const passed = Math.round((arrivedAt - last.arrivedAt) * TICKS_PER_MS);
    const right = epoch === last.epoch && step > 0 && Math.abs(step - passed) <= TOLERANCE;
    this.#time += right ? step : Math.max(1, passed);
    return this.#time;
  }
}
