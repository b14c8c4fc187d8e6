import type { Size } from '../core/frame.js';
import { boxWindow, windowMean } from './window-mean.js';

const WINDOW = boxWindow(9);
/** Thermal variance in a window above which there is a structure to keep, in squared grey levels. */
const TEXTURED = 9;
/** Keeps flat windows from dividing by nothing. */
const LEAST_VARIANCE = 0.5;

/**
 * Structure kept: mean of |local normalised cross-correlation| of the output's luma and the thermal picture, over the
 * 9 × 9 windows in which the thermal picture has texture. 1: every thermal structure is there, upright or inverted.
 */
export function structure(luma: Uint8Array, thermal: Uint8Array, size: Size): number {
  const of = (value: (i: number) => number): Float64Array =>
    windowMean(
      Float64Array.from({ length: thermal.length }, (_, i) => value(i)),
      size,
      WINDOW,
    );
  const x = (i: number): number => luma[i] ?? 0;
  const y = (i: number): number => thermal[i] ?? 0;
  const [mx, my] = [of(x), of(y)];
  const [mxx, myy, mxy] = [of((i) => x(i) ** 2), of((i) => y(i) ** 2), of((i) => x(i) * y(i))];
  let [sum, windows] = [0, 0];
  for (let i = 0; i < thermal.length; i += 1) {
    const [p, q] = [mx[i] ?? 0, my[i] ?? 0];
    const [vx, vy] = [(mxx[i] ?? 0) - p * p, (myy[i] ?? 0) - q * q];
    if (vy <= TEXTURED) continue;
    sum += Math.abs((mxy[i] ?? 0) - p * q) / Math.sqrt(Math.max(vx, LEAST_VARIANCE) * Math.max(vy, LEAST_VARIANCE));
    windows += 1;
  }
  return windows === 0 ? 1 : sum / windows;
}
