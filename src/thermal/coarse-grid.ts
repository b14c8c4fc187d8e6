import type { Picture } from './picture.js';

/** A picture reduced to the means of about 32 × 24 blocks, from a sample of its pixels. */
export interface CoarseGrid {
  readonly columns: number;
  readonly rows: number;
  readonly means: Float32Array;
  /** Variance that noise alone would give the means, at most: within blocks, over the number of samples. */
  readonly noise: number;
}

const COLUMNS = 32;
/** At most this many pixels a side are read in each block. */
const SAMPLES_A_SIDE = 6;

/**
 * Block means of a picture; reads some 25,000 pixels of it, whatever its size.
 * @param reuse memory of a grid that is no longer needed
 */
export function coarseGridOf(picture: Picture, reuse?: Float32Array): CoarseGrid {
  const { width, height } = picture.size;
  const columns = Math.min(COLUMNS, width);
  const rows = Math.max(1, Math.min(height, Math.round((columns * height) / width)));
  const means = reuse?.length === columns * rows ? reuse : new Float32Array(columns * rows);
  let within = 0;
  for (let row = 0; row < rows; row += 1) {
    const top = Math.floor((row * height) / rows);
    const bottom = Math.floor(((row + 1) * height) / rows);
    const down = Math.max(1, Math.floor((bottom - top) / SAMPLES_A_SIDE));
    for (let column = 0; column < columns; column += 1) {
      const left = Math.floor((column * width) / columns);
      const right = Math.floor(((column + 1) * width) / columns);
      const along = Math.max(1, Math.floor((right - left) / SAMPLES_A_SIDE));
      let sum = 0;
      let squares = 0;
      let count = 0;
      for (let y = top; y < bottom; y += down) {
        for (let x = left; x < right; x += along) {
          const value = picture.values[y * width + x] ?? 0;
          sum += value;
          squares += value * value;
          count += 1;
        }
      }
      const mean = sum / count;
      means[row * columns + column] = mean;
      within += Math.max(0, squares / count - mean * mean) / count;
    }
  }
  return { columns, rows, means, noise: within / means.length };
}

/** The grid less its own surroundings (7 × 7 blocks): what tells scenes apart, without level and slow gradients. */
export function detailOf({ columns, rows, means }: CoarseGrid, reuse?: Float32Array): Float32Array {
  const detail = reuse?.length === means.length ? reuse : new Float32Array(means.length);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      let sum = 0;
      let count = 0;
      for (let y = Math.max(0, row - 3); y <= Math.min(rows - 1, row + 3); y += 1) {
        for (let x = Math.max(0, column - 3); x <= Math.min(columns - 1, column + 3); x += 1) {
          sum += means[y * columns + x] ?? 0;
          count += 1;
        }
      }
      const i = row * columns + column;
      detail[i] = (means[i] ?? 0) - sum / count;
    }
  }
  return detail;
}
