/** Sides of the pictures that are coloured, as shares of the camera's. */
const STEPS = [1, 0.75, 0.5, 0.375] as const;
/** Share of the time between two pictures beyond which colouring does not keep up; machines stutter. */
const TOO_BUSY = 0.9;
/** What the next larger step may be expected to take before it is tried. */
const ROOM_TO_GROW = 0.7;
/** How long is looked at before a judgement, in milliseconds, and at least how many pictures. */
const LOOK_MS = 2000;
const LOOK_PICTURES = 8;
/** How long there must have been room to grow. */
const SHORTEST_HOLD_MS = 10_000;
const LONGEST_HOLD_MS = 320_000;
/** A larger step that had to be given up within this time was a mistake, and is tried again twice as late. */
const MISTAKE_MS = 30_000;
/** One that lasted so long was none, and is forgotten. */
const PROVEN_MS = 120_000;

/** One picture that was coloured. */
export interface Coloured {
  /** When it was done, in monotonic milliseconds. */
  readonly at: number;
  /** How long the model was at it, waiting for its turn not counted. */
  readonly tookMs: number;
  /** How far apart the camera's pictures are, those that were dropped included. */
  readonly everyMs: number;
}

/**
 * At which size to colour so that a camera's rate is held. Down a step when two seconds of pictures took more than
 * 90 % of their time; up a step only when, by its area, the larger one is expected to take less than 70 % for at least
 * 10 s, and twice as long after each mistake. Pure: time comes in with the pictures.
 */
export class WorkingScale {
  #step = 0;
  #looked: { from: number; pictures: number; tookMs: number; everyMs: number } | undefined;
  #roomSince: number | undefined;
  /** When the step in use was tried, where it was grown to. */
  #grownAt: number | undefined;
  #holdMs = SHORTEST_HOLD_MS;

  /** Share of each side. */
  get scale(): number {
    return STEPS[this.#step] ?? 1;
  }

  /** Learns from a picture; whether the scale has changed. */
  push({ at, tookMs, everyMs }: Coloured): boolean {
    const looked = (this.#looked ??= { from: at, pictures: 0, tookMs: 0, everyMs: 0 });
    looked.pictures += 1;
    looked.tookMs += tookMs;
    looked.everyMs += everyMs;
    if (at - looked.from < LOOK_MS || looked.pictures < LOOK_PICTURES) return false;
    this.#looked = undefined;
    return this.#judge(at, looked.tookMs / looked.everyMs);
  }

  #judge(at: number, busy: number): boolean {
    if (this.#grownAt !== undefined && at - this.#grownAt > PROVEN_MS) {
      this.#grownAt = undefined;
      this.#holdMs = SHORTEST_HOLD_MS;
    }
    if (busy > TOO_BUSY) return this.#shrink(at);
    const [now, larger] = [STEPS[this.#step], STEPS[this.#step - 1]];
    if (now === undefined || larger === undefined) return false;
    if (busy * (larger / now) ** 2 > ROOM_TO_GROW) {
      this.#roomSince = undefined;
      return false;
    }
    this.#roomSince ??= at;
    if (at - this.#roomSince < this.#holdMs) return false;
    this.#step -= 1;
    this.#grownAt = at;
    this.#roomSince = undefined;
    return true;
  }

  #shrink(at: number): boolean {
    this.#roomSince = undefined;
    if (this.#step === STEPS.length - 1) return false;
    if (this.#grownAt !== undefined && at - this.#grownAt < MISTAKE_MS)
      this.#holdMs = Math.min(LONGEST_HOLD_MS, 2 * this.#holdMs);
    this.#grownAt = undefined;
    this.#step += 1;
    return true;
  }
}
