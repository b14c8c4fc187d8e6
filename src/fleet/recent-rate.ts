const WINDOW_MS = 30_000;
const SLOT_MS = 1000;

/** Events a second over the last half minute, by a time in milliseconds that only rises. */
export class RecentRate {
  /** Counts by second, oldest first; as many as the window has, and one. */
  #slots: { readonly slot: number; count: number }[] = [];
  #since = 0;

  add(count: number, now: number): void {
    this.#forget(now);
    if (this.#slots.length === 0) this.#since = now;
    const slot = Math.floor(now / SLOT_MS);
    const last = this.#slots.at(-1);
    if (last?.slot === slot) last.count += count;
    else this.#slots.push({ slot, count });
  }

  /** 0 after half a minute without any. What began later than that is judged by the time since, a second at least. */
  perSecond(now: number): number {
    this.#forget(now);
    const sum = this.#slots.reduce((total, { count }) => total + count, 0);
    return (1000 * sum) / Math.min(WINDOW_MS, Math.max(SLOT_MS, now - this.#since));
  }

  #forget(now: number): void {
    const oldest = Math.floor((now - WINDOW_MS) / SLOT_MS);
    this.#slots = this.#slots.filter(({ slot }) => slot > oldest);
  }
}
