import { distinctUntilChanged, EMPTY, interval, map, switchMap, type Observable, type SchedulerLike } from 'rxjs';
import type { BufferPool } from '../core/buffer-pool.js';
import type { Clock } from '../core/clock.js';
import { LIVE_TIME_BASE, type ColourFrame } from '../core/frame.js';
import type { StreamState } from '../core/states.js';
import { drawBanner } from './banner.js';
import { heldBy } from './live-output.js';

/** Often enough that no receiver or player gives up, seldom enough to cost nothing. */
const SLATE_EVERY_MS = 200;
const TICKS_PER_MS = LIVE_TIME_BASE.denominator / LIVE_TIME_BASE.numerator / 1000;

/** States in which pictures come. */
const HERE: readonly StreamState[] = ['live', 'frozen'];

/** One value for each time that a slate is due: again and again while the source shows nothing. */
export function slateTimes(state$: Observable<StreamState>, scheduler: SchedulerLike): Observable<number> {
  return state$.pipe(
    map((state) => !HERE.includes(state) && state !== 'ended'),
    distinctUntilChanged(),
    switchMap((away) => (away ? interval(SLATE_EVERY_MS, scheduler) : EMPTY)),
  );
}

/**
 * What is shown while a camera is away: its last picture, dimmed, under a banner that says for how long there has been
 * none. Slates are marked as such and their times go on where the last picture's ended, as those of the next one will.
 */
export class Slate {
  readonly #pool: BufferPool;
  readonly #clock: Clock;
  #last: ColourFrame | undefined;
  #pts = -1;

  constructor(pool: BufferPool, clock: Clock) {
    this.#pool = pool;
    this.#clock = clock;
  }

  /** Remembers a frame that goes out, and gives it back; a tick later where a slate has been shown in its stead. */
  pass(frame: ColourFrame): ColourFrame {
    const held = heldBy(2, frame);
    this.#last?.release();
    this.#last = held;
    this.#pts = Math.max(held.pts, this.#pts + 1);
    return { ...held, pts: this.#pts };
  }

  /** The slate for now; undefined before the first picture. */
  next(): ColourFrame | undefined {
    const last = this.#last;
    if (last === undefined) return undefined;
    const now = this.#clock.now();
    const awayMs = now - last.arrivedAt;
    this.#pts = Math.max(this.#pts + 1, last.pts + Math.round(awayMs * TICKS_PER_MS));
    const text = `NO SIGNAL ${timeOf(awayMs)}`;
    const pixels = this.#pool.take(last.pixels.byteLength);
    const thermal = this.#pool.take(last.thermal.byteLength);
    drawBanner(last.pixels, pixels, last.size, 3, text);
    drawBanner(last.thermal, thermal, last.size, 1, text);
    return {
      ...last,
      ...{ pixels, thermal, pts: this.#pts, arrivedAt: now, marks: { ...last.marks, slate: true } },
      release: () => {
        this.#pool.give(pixels);
        this.#pool.give(thermal);
      },
    };
  }

  /** Lets the last picture go. */
  close(): void {
    this.#last?.release();
    this.#last = undefined;
  }
}

/** `05:07`, or `26:05:07` from an hour on. */
function timeOf(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  const [hours, rest] = [Math.floor(seconds / 3600), seconds % 3600];
  const parts = [...(hours > 0 ? [hours] : []), Math.floor(rest / 60), rest % 60];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}
