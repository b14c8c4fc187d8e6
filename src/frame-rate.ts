import type { Clock } from './core/clock.js';

/** How far back it looks, in milliseconds. */
const WINDOW_MS = 3000;

/** Pictures a second over the last seconds, from a count that rises. */
export class FrameRate {
  readonly #clock: Clock;
  readonly #looks: { readonly at: number; readonly count: number }[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many there have been by now. */
  push(count: number): void {
    const now = this.#clock.now();
    this.#looks.push({ at: now, count });
    while (this.#looks.length > 2 && now - (this.#looks[1]?.at ?? now) >= WINDOW_MS) this.#looks.shift();
  }

  /** 0 before the second look. */
  now(): number {
    const [first, last] = [this.#looks[0], this.#looks.at(-1)];
    if (first === undefined || last === undefined || last.at <= first.at) return 0;
    return (1000 * (last.count - first.count)) / (last.at - first.at);
  }
}
