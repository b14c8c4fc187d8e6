import type { Size } from '../core/frame.js';

/** Where the gradient of a grey picture peaks, and how steep it is there: what any choice of thresholds picks from. */
export interface Ridges {
  readonly size: Size;
  /** Squared gradient (Sobel 3 × 3) where it is largest across the edge, 0 elsewhere. */
  readonly steepness: Int32Array;
}

/** tan 22.5° and tan 67.5°: edges are told apart in four directions. */
const [TAN_LOW, TAN_HIGH] = [Math.SQRT2 - 1, Math.SQRT2 + 1];

/** The part of Canny's edge detector (1986) that no threshold enters: gradient and non-maximum suppression. */
export function ridgesOf(grey: Uint8Array, size: Size): Ridges {
  const { width, height } = size;
  const { dx, dy, squared } = gradient(grey, size);
  const steepness = new Int32Array(grey.length);
  for (let y = 0, i = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, i += 1) {
      const own = squared[i] ?? 0;
      if (own === 0) continue;
      const at = (stepX: number, stepY: number): number =>
        x + stepX < 0 || x + stepX >= width || y + stepY < 0 || y + stepY >= height
          ? 0
          : (squared[i + stepY * width + stepX] ?? 0);
      const [gx, gy] = [dx[i] ?? 0, dy[i] ?? 0];
      const [across, down] = [Math.abs(gx), Math.abs(gy)];
      let peak: boolean;
      if (down < across * TAN_LOW) peak = own > at(-1, 0) && own >= at(1, 0);
      else if (down > across * TAN_HIGH) peak = own > at(0, -1) && own >= at(0, 1);
      else {
        const side = (gx ^ gy) < 0 ? -1 : 1;
        peak = own > at(-side, -1) && own > at(side, 1);
      }
      if (peak) steepness[i] = own;
    }
  }
  return { size, steepness };
}

/**
 * Canny's edges: ridges steeper than `high`, and those steeper than `low` that hang together with one of these.
 * Thresholds are gradients in the units of Sobel's 3 × 3 kernel; a clean step of n grey levels has 4 n.
 *
 * @returns 1 on an edge, 0 elsewhere
 */
export function cannyEdges({ size, steepness }: Ridges, low: number, high: number): Uint8Array {
  const { width, height } = size;
  const [least, enough] = [Math.floor(low ** 2), Math.floor(high ** 2)];
  const edges = new Uint8Array(steepness.length);
  const growing: number[] = [];
  for (let i = 0; i < steepness.length; i += 1) {
    if ((steepness[i] ?? 0) <= enough) continue;
    edges[i] = 1;
    growing.push(i);
  }
  for (let i = growing.pop(); i !== undefined; i = growing.pop()) {
    const [x, y] = [i % width, Math.floor(i / width)];
    for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny += 1) {
      for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx += 1) {
        const next = ny * width + nx;
        if (edges[next] === 1 || (steepness[next] ?? 0) <= least) continue;
        edges[next] = 1;
        growing.push(next);
      }
    }
  }
  return edges;
}

/** Sobel 3 × 3; the outermost pixels are repeated beyond the border. */
function gradient(grey: Uint8Array, { width, height }: Size): Record<'dx' | 'dy' | 'squared', Int32Array> {
  const [dx, dy, squared] = [grey, grey, grey].map(({ length }) => new Int32Array(length)) as Triple;
  for (let y = 0, i = 0; y < height; y += 1) {
    const [above, below] = [y === 0 ? 0 : -width, y === height - 1 ? 0 : width];
    for (let x = 0; x < width; x += 1, i += 1) {
      const [left, right] = [x === 0 ? 0 : -1, x === width - 1 ? 0 : 1];
      const at = (row: number, column: number): number => grey[i + row + column] ?? 0;
      const [leftTop, leftBottom] = [at(above, left), at(below, left)];
      const [rightTop, rightBottom] = [at(above, right), at(below, right)];
      const gx = rightTop - leftTop + 2 * (at(0, right) - at(0, left)) + rightBottom - leftBottom;
      const gy = leftBottom - leftTop + 2 * (at(below, 0) - at(above, 0)) + rightBottom - rightTop;
      dx[i] = gx;
      dy[i] = gy;
      squared[i] = gx * gx + gy * gy;
    }
  }
  return { dx, dy, squared };
}

type Triple = [Int32Array, Int32Array, Int32Array];
