import type { SyntheticOptions } from './address.js';

/** Seconds for which an FFC holds the picture. */
export const FREEZE_SECONDS = 0.5;
/** Keeps exact multiples on the right side of rounding. */
const EPSILON = 1e-9;

/** Which instant each frame of a synthetic stream shows. */
export class Timeline {
  readonly #rate: number;
  readonly #ffc: number;
  readonly #cut: number;

  constructor({ frameRate, ffc, cut }: Pick<SyntheticOptions, 'frameRate' | 'ffc' | 'cut'>) {
    this.#rate = frameRate.numerator / frameRate.denominator;
    this.#ffc = ffc;
    this.#cut = cut;
  }

  /** Time of a frame in seconds. */
  secondsAt(frame: number): number {
    return frame / this.#rate;
  }

  /** The frame that the thermal camera shows in place of `frame`: the last one before an FFC while it lasts. */
  shownAt(frame: number): number {
    if (this.#ffc === 0) return frame;
    const calibrations = Math.floor(this.secondsAt(frame) / this.#ffc + EPSILON);
    const began = calibrations * this.#ffc;
    if (calibrations === 0 || this.secondsAt(frame) - began >= FREEZE_SECONDS - EPSILON) return frame;
    return Math.ceil(began * this.#rate - EPSILON) - 1;
  }

  /** Seconds since the last FFC began (or since the start); none where the camera has no FFC. */
  sinceCalibration(seconds: number): number | undefined {
    return this.#ffc === 0 ? undefined : seconds - Math.floor(seconds / this.#ffc + EPSILON) * this.#ffc;
  }

  /** Which camera place is seen at a time; it changes at each cut. */
  placeAt(seconds: number): number {
    return this.#cut === 0 ? 0 : Math.floor(seconds / this.#cut + EPSILON);
  }
}
