import type { Histogram } from './histogram.js';

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
/** Most that any grey level moves from one frame to the next: below one level, so that nothing flickers. */
const LARGEST_STEP = 0.9;

/** Share of a change that comes through in this time. */
export function shareAfter(elapsedMs: number): number {
  return 1 - Math.exp(-Math.max(0, elapsedMs) / TIME_CONSTANT_MS);
}

/**
 * A tone curve that follows its target slowly. What is damped is the value at which each grey level is reached, so that
 * a range that moves takes its curve along: mixing the curves themselves would leave flat steps between the two ranges.
 */
export class DampedCurve {
  /** The value at which each grey level 0 to 255 is reached; rising. Three arrays that change places: none is made anew. */
  #knots = new Float64Array(256);
  #moved = new Float64Array(256);
  readonly #goal = new Float64Array(256);
  #curve = new Float32Array(0);
  #next = new Float32Array(0);

  /** The curve after this frame; valid until the next call. */
  follow(target: Float32Array, histogram: Histogram, moment: Moment): Float32Array {
    const goal = this.#goal;
    findKnots(target, histogram, goal);
    const knots = this.#knots;
    if (moment.fresh || this.#curve.length !== target.length) {
      knots.set(goal);
      if (this.#curve.length !== target.length) {
        this.#curve = new Float32Array(target.length);
        this.#next = new Float32Array(target.length);
      }
      this.#curve.set(target);
      return this.#curve;
    }
    if (moment.held) return this.#curve;
    if (moment.levelShift !== 0) {
      for (let grey = 0; grey < 256; grey += 1) knots[grey] = (knots[grey] ?? 0) + moment.levelShift;
      fillCurve(this.#curve, knots);
    }
    let share = shareAfter(moment.elapsedMs);
    const moved = this.#moved;
    mix(knots, goal, share, moved);
    fillCurve(this.#next, moved);
    for (let tries = 0; tries < 4; tries += 1) {
      const step = largestStep(this.#curve, this.#next, histogram);
      if (step <= LARGEST_STEP) break;
      share *= (0.98 * LARGEST_STEP) / step;
      mix(knots, goal, share, moved);
      fillCurve(this.#next, moved);
    }
    [this.#knots, this.#moved] = [moved, knots];
    [this.#curve, this.#next] = [this.#next, this.#curve];
    return this.#curve;
  }
}

function mix(from: Float64Array, to: Float64Array, share: number, into: Float64Array): void {
  for (let i = 0; i < into.length; i += 1) {
    const value = from[i] ?? 0;
    into[i] = value + share * ((to[i] ?? 0) - value);
  }
}

function largestStep(before: Float32Array, after: Float32Array, { lowest, highest }: Histogram): number {
  let largest = 0;
  for (let value = lowest; value <= highest; value += 1) {
    const step = Math.abs((after[value] ?? 0) - (before[value] ?? 0));
    if (step > largest) largest = step;
  }
  return largest;
}

/** Where a curve reaches each grey level; levels that it never reaches lie on its mean slope beyond its ends. */
function findKnots(curve: Float32Array, { lowest, highest }: Histogram, knots: Float64Array): void {
  let start = lowest;
  while (start > 0 && (curve[start - 1] ?? 0) < (curve[start] ?? 0)) start -= 1;
  let end = highest;
  while (end < curve.length - 1 && (curve[end + 1] ?? 0) > (curve[end] ?? 0)) end += 1;
  while (start < end && curve[start + 1] === curve[start]) start += 1;
  while (end > start && curve[end - 1] === curve[end]) end -= 1;
  const first = curve[start] ?? 0;
  const last = curve[end] ?? 0;
  const slope = last > first ? (end - start) / (last - first) : 1;
  let value = start;
  for (let grey = 0; grey < 256; grey += 1) {
    if (grey <= first) knots[grey] = start - (first - grey) * slope;
    else if (grey >= last) knots[grey] = end + (grey - last) * slope;
    else {
      while (value < end && (curve[value + 1] ?? 0) < grey) value += 1;
      const below = curve[value] ?? 0;
      const above = curve[value + 1] ?? 0;
      knots[grey] = value + (above > below ? (grey - below) / (above - below) : 1);
    }
  }
}

/** The curve whose grey levels are reached at these values. */
function fillCurve(curve: Float32Array, knots: Float64Array): void {
  let value = 0;
  for (let grey = 0; grey < 255; grey += 1) {
    const below = knots[grey] ?? 0;
    const above = knots[grey + 1] ?? 0;
    for (; value < above && value < curve.length; value += 1) {
      curve[value] = grey + Math.max(0, (value - below) / (above - below));
    }
  }
  curve.fill(255, value);
}
