import { levelsOf, type Picture } from './picture.js';

/** How often each value occurs, and which part of the range is occupied. */
export interface Histogram {
  /** One counter per value of the picture's range. */
  readonly counts: Uint32Array;
  readonly total: number;
  /** Smallest and largest value that occur. */
  readonly lowest: number;
  readonly highest: number;
}

/** Counts every pixel. `reuse` saves allocating the counters again. */
export function histogramOf(picture: Picture, reuse?: Uint32Array): Histogram {
  const levels = levelsOf(picture);
  const counts = reuse?.length === levels ? reuse.fill(0) : new Uint32Array(levels);
  const { values } = picture;
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] ?? 0;
    counts[value] = (counts[value] ?? 0) + 1;
  }
  let lowest = 0;
  while (lowest < levels - 1 && counts[lowest] === 0) lowest += 1;
  let highest = levels - 1;
  while (highest > lowest && counts[highest] === 0) highest -= 1;
  return { counts, total: values.length, lowest, highest };
}

/** The value below which a share (0 to 1) of the pixels lies, interpolated between ranks as NumPy does by default. */
export function percentileOf(histogram: Histogram, share: number): number {
  const rank = share * (histogram.total - 1);
  const below = valueAtRank(histogram, Math.floor(rank));
  const above = valueAtRank(histogram, Math.ceil(rank));
  return below + (above - below) * (rank - Math.floor(rank));
}

function valueAtRank({ counts, lowest, highest }: Histogram, rank: number): number {
  let passed = 0;
  for (let value = lowest; value <= highest; value += 1) {
    passed += counts[value] ?? 0;
    if (passed > rank) return value;
  }
  return highest;
}
