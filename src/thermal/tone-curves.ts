import { percentileOf, type Histogram } from './histogram.js';

/**
 * Tone curves: for every value of a picture's range the grey level (0 to 255, fractional) that a method would give it.
 * All are monotonic. Each writes into `curve`, which has one entry per value.
 */
export type ToneCurve = (histogram: Histogram, curve: Float32Array) => void;

/** 16-bit ranges narrower than this many counts are not stretched further: it would only show the sensor's noise. */
const NARROWEST_RANGE = 64;
/** Shares cut off at the ends by `percentile`: small hot things stay below white, single dead pixels do not count. */
const LOW_SHARE = 0.002;
const HIGH_SHARE = 0.998;
/** Highest counter of the plateau method, as a multiple of the mean over the occupied values. */
const PLATEAU = 2;

/** The container's whole range, whatever is in it. */
export const wholeRange: ToneCurve = (_histogram, curve) => {
  ramp(curve, 0, curve.length - 1);
};

/** From the smallest value to the largest. */
export const linear: ToneCurve = (histogram, curve) => {
  ramp(curve, ...widened(histogram.lowest, histogram.highest, curve));
};

/** Between two percentiles. */
export const percentile: ToneCurve = (histogram, curve) => {
  const limits = [percentileOf(histogram, LOW_SHARE), percentileOf(histogram, HIGH_SHARE)] as const;
  ramp(curve, ...widened(...limits, curve));
};

/**
 * Plateau equalisation: histogram equalisation with the counters clipped, so that large plain areas do not take the
 * whole grey range (Vickers, "Plateau equalization algorithm for real-time display of high-quality infrared imagery",
 * Optical Engineering 35(7), 1996).
 */
export const plateau: ToneCurve = (histogram, curve) => {
  const { counts, lowest, highest, total } = histogram;
  let occupied = 0;
  for (let value = lowest; value <= highest; value += 1) if (counts[value] !== 0) occupied += 1;
  const clip = Math.max(1, (PLATEAU * total) / occupied);
  let sum = 0;
  for (let value = lowest; value <= highest; value += 1) sum += Math.min(clip, counts[value] ?? 0);
  const scale = (255 * Math.min(1, (highest - lowest) / narrowest(curve))) / Math.max(1, sum);
  const offset = (255 - scale * sum) / 2;
  curve.fill(offset, 0, lowest);
  let passed = 0;
  for (let value = lowest; value <= highest; value += 1) {
    const count = Math.min(clip, counts[value] ?? 0);
    curve[value] = offset + scale * (passed + count / 2);
    passed += count;
  }
  curve.fill(offset + scale * sum, highest + 1);
};

/** Two curves mixed; `share` is that of the first. */
export function mixed(first: ToneCurve, second: ToneCurve, share: number): ToneCurve {
  let other = new Float32Array(0);
  return (histogram, curve) => {
    if (other.length !== curve.length) other = new Float32Array(curve.length);
    first(histogram, curve);
    second(histogram, other);
    for (let i = 0; i < curve.length; i += 1) {
      curve[i] = share * (curve[i] ?? 0) + (1 - share) * (other[i] ?? 0);
    }
  };
}

/**
 * 0.4 of the stretched and 0.6 of the equalised picture, each rounded: what the model saw in training and in its
 * measurements where a thermal picture's range was mostly empty. Equalisation as OpenCV defines it.
 */
export const spread: ToneCurve = (histogram, curve) => {
  const { counts, lowest, highest, total } = histogram;
  const stretch = 255 / Math.max(1, highest - lowest);
  const equalise = 255 / Math.max(1, total - (counts[lowest] ?? 0));
  let passed = 0;
  for (let value = 0; value < curve.length; value += 1) {
    if (value > lowest) passed += counts[value] ?? 0;
    const stretched = Math.round(Math.min(255, Math.max(0, (value - lowest) * stretch)));
    curve[value] = 0.4 * stretched + 0.6 * Math.round(passed * equalise);
  }
};

function ramp(curve: Float32Array, low: number, high: number): void {
  const slope = 255 / Math.max(1, high - low);
  for (let value = 0; value < curve.length; value += 1) {
    curve[value] = Math.min(255, Math.max(0, (value - low) * slope));
  }
}

function widened(low: number, high: number, curve: Float32Array): [low: number, high: number] {
  const missing = Math.max(0, narrowest(curve) - (high - low));
  return [low - missing / 2, high + missing / 2];
}

function narrowest(curve: Float32Array): number {
  return curve.length > 256 ? NARROWEST_RANGE : 8;
}
