/** Upper bounds in milliseconds, each about twice the one before: from well within a frame to seconds of delay. */
const BOUNDS_MS = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000] as const;

/** How many values were at most as large as each bound. */
export interface HistogramCounts {
  /** Milliseconds, rising. */
  readonly bounds: readonly number[];
  /** As many as bounds, never falling: those up to each bound. */
  readonly cumulative: readonly number[];
  readonly count: number;
  /** Of all values, in milliseconds. */
  readonly sum: number;
}

/** Counts durations by size. Holds a fixed amount of memory. */
export class Histogram {
  /** One more than bounds: the last holds what is beyond them. */
  readonly #counts = new Float64Array(BOUNDS_MS.length + 1);
  #sum = 0;

  /** Adds one duration in milliseconds. */
  add(milliseconds: number): void {
    const at = BOUNDS_MS.findIndex((bound) => milliseconds <= bound);
    const bucket = at === -1 ? BOUNDS_MS.length : at;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#sum += milliseconds;
  }

  snapshot(): HistogramCounts {
    let total = 0;
    const rising = Array.from(this.#counts, (count) => (total += count));
    return { bounds: BOUNDS_MS, cumulative: rising.slice(0, -1), count: total, sum: this.#sum };
  }
}
