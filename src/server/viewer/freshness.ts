/** A picture older than this is no live picture. */
const STALE_AFTER_MS = 2000;
const WINDOW_MS = 2000;

/** How old what is on the screen is, and how often it changes. Times are those of `performance.now()`. */
export class Freshness {
  #last: { readonly at: number; readonly ageMs: number } | undefined;
  readonly #shownAt: number[] = [];
  readonly #ages: number[] = [];

  /** A picture was painted, so many milliseconds old. */
  push(at: number, ageMs: number): void {
    this.#last = { at, ageMs };
    this.#shownAt.push(at);
    this.#ages.push(ageMs);
    while (at - (this.#shownAt[0] ?? at) > WINDOW_MS) {
      this.#shownAt.shift();
      this.#ages.shift();
    }
  }

  /** Seconds that the picture is old, where it is too old; else undefined. */
  staleSeconds(now: number): number | undefined {
    if (this.#last === undefined) return undefined;
    const ageMs = this.#last.ageMs + now - this.#last.at;
    return ageMs > STALE_AFTER_MS ? Math.floor(ageMs / 1000) : undefined;
  }

  /** Median age in milliseconds of the pictures of the last seconds, when they were painted. */
  get ageMs(): number | undefined {
    const sorted = [...this.#ages].sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)];
  }

  /** Pictures a second, over the last seconds. */
  fps(now: number): number {
    const recent = this.#shownAt.filter((at) => now - at <= WINDOW_MS);
    const first = recent[0];
    return first === undefined || recent.length < 2 || now <= first
      ? 0
      : (1000 * (recent.length - 1)) / ((recent.at(-1) ?? now) - first);
  }
}

/** `84 ms`, `1.2 s`. */
export function ageText(ageMs: number | undefined): string {
  if (ageMs === undefined) return '–';
  return ageMs < 1000 ? `${Math.round(ageMs)} ms` : `${(ageMs / 1000).toFixed(1)} s`;
}
