/** How long to wait before trying again; all in milliseconds. */
export interface BackoffSettings {
  /** After the first failure. */
  readonly firstMs: number;
  /** At most, however often it fails. */
  readonly capMs: number;
  /** After a failure that time alone does not mend. */
  readonly lateMs: number;
  /** How long it must have worked to count as mended; less, and the waits go on growing. */
  readonly healthyMs: number;
}

/** For cameras and receivers: back within a second of a short break, never more than one try a minute for long. */
export const BACKOFF: BackoffSettings = { firstMs: 1000, capMs: 60_000, lateMs: 300_000, healthyMs: 30_000 };

/**
 * Waits that double with each failure up to a cap. Each is shortened at random by up to a half, so that a hundred
 * cameras behind one switch do not come back in the same instant ("equal jitter").
 */
export class Backoff {
  #failures = 0;

  /** @param random from 0 to 1 */
  constructor(
    private readonly settings: BackoffSettings,
    private readonly random: () => number,
  ) {}

  /** Failures in a row. */
  get failures(): number {
    return this.#failures;
  }

  /**
   * The wait after a failure.
   * @param retryable whether time alone may mend it (see the error table)
   * @param workedMs how long it had worked before
   */
  next(retryable: boolean, workedMs: number): number {
    const { firstMs, capMs, lateMs, healthyMs } = this.settings;
    if (workedMs >= healthyMs) this.#failures = 0;
    const longest = retryable ? Math.min(capMs, firstMs * 2 ** this.#failures) : lateMs;
    this.#failures += 1;
    return Math.round(longest * (1 - this.random() / 2));
  }
}
