import type { Size } from '../core/frame.js';

/** Pixels looked at, about. */
const SAMPLES = 40_000;

/** A small cube of colours that occurs in a picture. */
export interface ColourCell {
  /** Mean colour of the pixels in it. */
  readonly red: number;
  readonly green: number;
  readonly blue: number;
  /** Its share of the picture's pixels. */
  readonly share: number;
}

/** The colours of a picture in cubes of 8 levels a side, most frequent first. */
export function colourCells(rgb: Uint8Array, size: Size): ColourCell[] {
  const pixels = size.width * size.height;
  const step = strideFor(pixels, size.width);
  const sums = new Map<number, [count: number, red: number, green: number, blue: number]>();
  let seen = 0;
  for (let i = 0; i < pixels; i += step) {
    const r = rgb[i * 3] ?? 0;
    const g = rgb[i * 3 + 1] ?? 0;
    const b = rgb[i * 3 + 2] ?? 0;
    const key = ((r >> 3) << 10) | ((g >> 3) << 5) | (b >> 3);
    const sum = sums.get(key);
    if (sum === undefined) sums.set(key, [1, r, g, b]);
    else {
      sum[0] += 1;
      sum[1] += r;
      sum[2] += g;
      sum[3] += b;
    }
    seen += 1;
  }
  return [...sums.values()]
    .map(([count, r, g, b]) => ({ red: r / count, green: g / count, blue: b / count, share: count / seen }))
    .sort((a, b) => b.share - a.share);
}

/** Difference between the strongest and the weakest channel: 0 for grey. */
export function spreadOf({ red, green, blue }: Pick<ColourCell, 'red' | 'green' | 'blue'>): number {
  return Math.max(red, green, blue) - Math.min(red, green, blue);
}

/** A step through the pixels that does not stay in the same columns from row to row. */
function strideFor(pixels: number, width: number): number {
  const step = Math.max(1, Math.floor(pixels / SAMPLES));
  return step > 1 && width % step === 0 ? step + 1 : step;
}
