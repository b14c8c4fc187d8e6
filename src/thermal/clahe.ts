import { DampedCurve, shareAfter, type Moment } from './damping.js';
import type { GainControl } from './gain.js';
import { histogramOf } from './histogram.js';
import { levelsOf, type Picture } from './picture.js';
import { percentile } from './tone-curves.js';

/** Tiles a side. */
const TILES = 8;
/** Steps into which the percentile range is cut before the local histograms; more than the 256 grey levels out. */
const STEPS = 1024;
/** Highest local gain over the plain percentile stretch; higher shows noise. */
const CLIP = 2.5;

/**
 * Contrast limited adaptive histogram equalisation over a damped percentile stretch: one tone curve per tile, read
 * with bilinear interpolation between tiles (Zuiderveld, "Contrast Limited Adaptive Histogram Equalization",
 * Graphics Gems IV, 1994). Both stretch and tile curves are damped over time.
 */
export class LocalGain implements GainControl {
  readonly unchanged = false;
  readonly doing = 'clahe';
  readonly #dampedStretch = new DampedCurve();
  readonly #tileTargets = new Float32Array(TILES * TILES * STEPS);
  readonly #tileCounts = new Uint32Array(STEPS);
  #counters: Uint32Array | undefined;
  #target = new Float32Array(0);
  /** Value → step. */
  #steps = new Uint16Array(0);
  readonly #tiles = new Float32Array(TILES * TILES * STEPS);

  measure(picture: Picture, moment: Moment): void {
    const levels = levelsOf(picture);
    const histogram = histogramOf(picture, this.#counters);
    this.#counters = histogram.counts;
    if (this.#target.length !== levels) {
      this.#target = new Float32Array(levels);
      this.#steps = new Uint16Array(levels);
    }
    percentile(histogram, this.#target);
    const stretch = this.#dampedStretch.follow(this.#target, histogram, moment);
    for (let value = 0; value < levels; value += 1) {
      this.#steps[value] = ((stretch[value] ?? 0) / 255) * (STEPS - 1) + 0.5;
    }
    for (let row = 0; row < TILES; row += 1) {
      for (let column = 0; column < TILES; column += 1) this.#measureTile(picture, column, row);
    }
    const share = moment.fresh ? 1 : moment.held ? 0 : shareAfter(moment.elapsedMs);
    const tiles = this.#tiles;
    for (let i = 0; i < tiles.length; i += 1) tiles[i] = mix(tiles[i] ?? 0, this.#tileTargets[i] ?? 0, share);
  }

  #measureTile(picture: Picture, column: number, row: number): void {
    const { width, height } = picture.size;
    const left = Math.floor((column * width) / TILES);
    const right = Math.max(left + 1, Math.floor(((column + 1) * width) / TILES));
    const top = Math.floor((row * height) / TILES);
    const bottom = Math.max(top + 1, Math.floor(((row + 1) * height) / TILES));
    const counts = this.#tileCounts.fill(0);
    for (let y = top; y < bottom && y < height; y += 1) {
      for (let i = y * width + left; i < y * width + Math.min(right, width); i += 1) {
        const step = this.#steps[picture.values[i] ?? 0] ?? 0;
        counts[step] = (counts[step] ?? 0) + 1;
      }
    }
    const area = (right - left) * (bottom - top);
    const clip = (CLIP * area) / STEPS;
    let kept = 0;
    for (let step = 0; step < STEPS; step += 1) kept += Math.min(clip, counts[step] ?? 0);
    // What was clipped is spread evenly, which tilts the curve back toward the plain stretch.
    const even = Math.max(0, area - kept) / STEPS;
    const start = (row * TILES + column) * STEPS;
    let passed = 0;
    for (let step = 0; step < STEPS; step += 1) {
      passed += Math.min(clip, counts[step] ?? 0) + even;
      this.#tileTargets[start + step] = Math.min(255, (255 * passed) / area);
    }
  }

  render(picture: Picture, inverted: boolean, out: Uint8Array): void {
    const { width, height } = picture.size;
    const tiles = this.#tiles;
    const across = Array.from({ length: width }, (_, x) => neighbours(x, width));
    for (let y = 0; y < height; y += 1) {
      const rows = neighbours(y, height);
      const upper = rows.first * TILES * STEPS;
      const lower = rows.second * TILES * STEPS;
      for (let x = 0; x < width; x += 1) {
        const i = y * width + x;
        const step = this.#steps[picture.values[i] ?? 0] ?? 0;
        const columns = across[x] ?? rows;
        const left = columns.first * STEPS + step;
        const right = columns.second * STEPS + step;
        const above = mix(tiles[upper + left] ?? 0, tiles[upper + right] ?? 0, columns.share);
        const below = mix(tiles[lower + left] ?? 0, tiles[lower + right] ?? 0, columns.share);
        const grey = (mix(above, below, rows.share) + 0.5) | 0;
        out[i] = inverted ? 255 - grey : grey;
      }
    }
  }
}

/** The two tiles whose centres lie around a position, and the second one's share. */
function neighbours(position: number, length: number): { first: number; second: number; share: number } {
  const at = Math.min(TILES - 1, Math.max(0, ((position + 0.5) * TILES) / length - 0.5));
  const first = Math.floor(at);
  return { first, second: Math.min(TILES - 1, first + 1), share: at - first };
}

function mix(a: number, b: number, share: number): number {
  return a + (b - a) * share;
}
