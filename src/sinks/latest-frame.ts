import { BufferPool } from '../core/buffer-pool.js';
import type { Clock } from '../core/clock.js';
import type { Sink, SinkReport } from '../core/contracts.js';
import type { ColourFrame } from '../core/frame.js';
import { present } from '../core/present.js';
import { codePixels, type CodedPixels, type FrameWish } from './frame-coding.js';

/** What a frame is, without its pixels. */
export type FrameMoment = Pick<
  ColourFrame,
  'size' | 'sequence' | 'pts' | 'timeBase' | 'arrivedAt' | 'epoch' | 'marks' | 'telemetry'
>;

/** A frame for whoever asks: coded once for all who want it alike, and not at all if nobody does. */
export class NewestFrame {
  readonly moment: FrameMoment;
  readonly #pool: BufferPool;
  readonly #colour: Uint8Array<ArrayBuffer>;
  readonly #thermal: Uint8Array<ArrayBuffer>;
  readonly #coded = new Map<string, Promise<CodedPixels>>();
  /** Who still needs the pixels: the newest place, and each coding. */
  #holders = 1;

  /** Copies the pixels. */
  constructor(frame: ColourFrame, pool: BufferPool) {
    const { size, sequence, pts, timeBase, arrivedAt, epoch, marks, telemetry, pixels, thermal } = frame;
    this.moment = { size, sequence, pts, timeBase, arrivedAt, epoch, marks, ...present({ telemetry }) };
    this.#pool = pool;
    this.#colour = pool.take(pixels.length);
    this.#thermal = pool.take(thermal.length);
    this.#colour.set(pixels);
    this.#thermal.set(thermal);
  }

  /** To be called while it is the newest. Rejects if it cannot be coded. */
  coded(wish: FrameWish): Promise<CodedPixels> {
    const { format, which, size = this.moment.size } = wish;
    const key = `${format} ${which} ${size.width}x${size.height}`;
    let coding = this.#coded.get(key);
    if (coding === undefined) {
      this.#holders += 1;
      const halves = { size: this.moment.size, colour: this.#colour, thermal: this.#thermal };
      coding = codePixels(halves, wish).finally(() => {
        this.letGo();
      });
      this.#coded.set(key, coding);
    }
    return coding;
  }

  /** It is the newest no longer. */
  letGo(): void {
    this.#holders -= 1;
    if (this.#holders > 0) return;
    this.#pool.give(this.#colour);
    this.#pool.give(this.#thermal);
  }
}

/**
 * The newest frame of one camera, for programs that ask for frames. Only while there are such programs is anything
 * kept, and then one frame: whoever asks late gets the newest, never one from a queue.
 */
export class LatestFrame implements Sink {
  readonly target = 'programs';
  readonly metadata: (moment: FrameMoment) => Readonly<Record<string, unknown>>;
  readonly #clock: Clock;
  readonly #pool = new BufferPool(4);
  readonly #readers = new Set<() => void>();
  #newest: NewestFrame | undefined;
  #frames = 0;

  /** @param metadata what goes with a frame besides its header, asked at the moment of sending */
  constructor(clock: Clock, metadata: (moment: FrameMoment) => Readonly<Record<string, unknown>> = () => ({})) {
    this.#clock = clock;
    this.metadata = metadata;
  }

  /** How many programs read. */
  get readers(): number {
    return this.#readers.size;
  }

  /** Undefined before the first since somebody reads. */
  get newest(): NewestFrame | undefined {
    return this.#newest;
  }

  /** Milliseconds since the newest frame arrived. */
  ageOf(frame: NewestFrame): number {
    return this.#clock.now() - frame.moment.arrivedAt;
  }

  write(frame: ColourFrame): Promise<void> {
    this.#frames += 1;
    if (this.#readers.size > 0) {
      this.#newest?.letGo();
      this.#newest = new NewestFrame(frame, this.#pool);
      for (const reader of this.#readers) reader();
    }
    return Promise.resolve();
  }

  /** Tells of each frame to come. @returns stops it */
  read(onFrame: () => void): () => void {
    this.#readers.add(onFrame);
    return () => {
      this.#readers.delete(onFrame);
      if (this.#readers.size > 0) return;
      this.#newest?.letGo();
      this.#newest = undefined;
    };
  }

  finish(): Promise<SinkReport> {
    return Promise.resolve({ target: this.target, frames: this.#frames });
  }

  discard(): Promise<void> {
    return Promise.resolve();
  }
}
