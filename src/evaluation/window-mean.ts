import type { Size } from '../core/frame.js';

/** Weights of a window along one axis: an odd number of them, summing to 1. */
export type Window = readonly number[];

/** All weights alike. */
export function boxWindow(side: number): Window {
  return Array.from({ length: side }, () => 1 / side);
}

/** A bell curve of this deviation, cut off at the window's ends. */
export function gaussianWindow(side: number, deviation: number): Window {
  const weights = Array.from({ length: side }, (_, i) => Math.exp(-((i - (side - 1) / 2) ** 2) / (2 * deviation ** 2)));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/**
 * Weighted mean about every pixel of a plane, the same window along rows and columns. Beyond the border the picture is
 * mirrored without its outermost pixel repeated.
 */
export function windowMean(plane: Float64Array, { width, height }: Size, window: Window): Float64Array {
  const reach = (window.length - 1) / 2;
  const alongRows = new Float64Array(plane.length);
  const columns = mirrored(width, reach);
  const row = new Float64Array(width + 2 * reach);
  for (let start = 0; start < plane.length; start += width) {
    for (let x = 0; x < row.length; x += 1) row[x] = plane[start + (columns[x] ?? 0)] ?? 0;
    for (let x = 0; x < width; x += 1) {
      let sum = 0;
      for (let k = 0; k < window.length; k += 1) sum += (window[k] ?? 0) * (row[x + k] ?? 0);
      alongRows[start + x] = sum;
    }
  }
  const mean = new Float64Array(plane.length);
  const rows = mirrored(height, reach);
  for (let y = 0; y < height; y += 1) {
    for (let k = 0; k < window.length; k += 1) {
      const [weight, from, to] = [window[k] ?? 0, (rows[y + k] ?? 0) * width, y * width];
      for (let x = 0; x < width; x += 1) mean[to + x] = (mean[to + x] ?? 0) + weight * (alongRows[from + x] ?? 0);
    }
  }
  return mean;
}

/** Index inside 0 to `length` - 1 for each from -`reach` to `length` - 1 + `reach`: 2 1 0 1 2 … */
function mirrored(length: number, reach: number): Int32Array {
  const period = Math.max(1, 2 * (length - 1));
  return Int32Array.from({ length: length + 2 * reach }, (_, i) => {
    const along = Math.abs(i - reach) % period;
    return along < length ? along : period - along;
  });
}
