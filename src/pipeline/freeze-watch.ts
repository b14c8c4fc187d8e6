import type { Frame } from '../core/frame.js';

/** A picture repeated for less is none worth telling: slow cameras in fast streams repeat every picture. */
const FROZEN_AFTER_MS = 500;

/** Tells when a camera begins to repeat its picture and when it moves again. */
export class FreezeWatch {
  #since: number | undefined;
  #frozen = false;

  /** What has changed with this frame, if anything has. */
  push({ marks, arrivedAt }: Pick<Frame, 'marks' | 'arrivedAt'>): 'frozen' | 'live' | undefined {
    if (marks.frozen !== true) {
      this.#since = undefined;
      if (!this.#frozen) return undefined;
      this.#frozen = false;
      return 'live';
    }
    this.#since ??= arrivedAt;
    if (this.#frozen || arrivedAt - this.#since < FROZEN_AFTER_MS) return undefined;
    this.#frozen = true;
    return 'frozen';
  }

  /** Forgets: another connection has begun. */
  reset(): void {
    this.#since = undefined;
    this.#frozen = false;
  }
}
