import { Histogram, type HistogramCounts } from './histogram.js';

/** Frames that are looked back on: ten seconds and more of any camera. */
const KEPT = 512;

/** Percentiles in milliseconds. */
export interface Ages {
  readonly p50: number;
  readonly p95: number;
}

/** How old frames were when they left, for the newest of them. Holds a fixed amount of memory. */
export class AgeMeter {
  readonly #ages = new Float64Array(KEPT);
  readonly #all = new Histogram();
  #count = 0;

  /** Adds one frame's age in milliseconds. */
  add(milliseconds: number): void {
    this.#ages[this.#count % KEPT] = milliseconds;
    this.#count += 1;
    this.#all.add(milliseconds);
  }

  /** Of all frames. */
  histogram(): HistogramCounts {
    return this.#all.snapshot();
  }

  /** Of the newest frames; undefined before the first. */
  snapshot(): Ages | undefined {
    const known = Math.min(this.#count, KEPT);
    if (known === 0) return undefined;
    const sorted = this.#ages.slice(0, known).sort();
    const at = (share: number): number => sorted[Math.ceil(share * known) - 1] ?? 0;
    return { p50: at(0.5), p95: at(0.95) };
  }
}
