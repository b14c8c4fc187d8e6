/** When a frame comes and how it relates to the one before it. */
export interface Moment {
  /** Source time since the frame before, milliseconds. */
  readonly elapsedMs: number;
  /** Nothing is known of the past: the first frame, or one after a cut. */
  readonly fresh: boolean;
  /** The camera repeats its last picture; what is damped stands still. */
  readonly held: boolean;
  /** Counts by which the whole scene rose since the frame before (a shutter calibration, a drift); else 0. */
  readonly levelShift: number;
}

/** After this long a change has come through to 63 %, unless the step limit slows it. */
const TIME_CONSTANT_MS = 1500;
/** Most that a grey level moves from one frame to the next: below one level, so that nothing flickers. */
const LARGEST_STEP = 0.9;
/** The same for a second of slow video, where one level a frame would take too long. */
const LARGEST_STEP_PER_SECOND = 24;

/**
 * Tone curves that follow their targets slowly. Every entry moves toward its target exponentially but never by more
 * than a grey level a frame; a monotonic curve stays monotonic.
 */
export class DampedCurves {
  #curves = new Float32Array(0);

  /** The curves after this frame; valid until the next call. */
  follow(target: Float32Array, moment: Moment): Float32Array {
    if (moment.fresh || this.#curves.length !== target.length) {
      this.#curves = target.slice();
      return this.#curves;
    }
    if (moment.held) return this.#curves;
    if (moment.levelShift !== 0) shift(this.#curves, moment.levelShift);
    const share = 1 - Math.exp(-Math.max(0, moment.elapsedMs) / TIME_CONSTANT_MS);
    const largest = Math.min(LARGEST_STEP, (LARGEST_STEP_PER_SECOND * Math.max(0, moment.elapsedMs)) / 1000);
    const curves = this.#curves;
    for (let i = 0; i < curves.length; i += 1) {
      const now = curves[i] ?? 0;
      const step = share * ((target[i] ?? 0) - now);
      curves[i] = now + (step > largest ? largest : step < -largest ? -largest : step);
    }
    return curves;
  }
}

/** Moves a curve along the value axis, its ends drawn out: the same scene at another level gets the same grey. */
function shift(curve: Float32Array, counts: number): void {
  const by = Math.max(-curve.length, Math.min(curve.length, Math.round(counts)));
  if (by > 0) {
    curve.copyWithin(by, 0, curve.length - by);
    curve.fill(curve[by] ?? 0, 0, by);
  } else if (by < 0) {
    const last = curve[curve.length - 1] ?? 0;
    curve.copyWithin(0, -by);
    curve.fill(last, curve.length + by);
  }
}
