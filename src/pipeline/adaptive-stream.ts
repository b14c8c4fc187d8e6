import sharp from 'sharp';
import type { BufferPool } from '../core/buffer-pool.js';
import type { Clock } from '../core/clock.js';
import type { ColorizerStream } from '../core/contracts.js';
import { byteLengthOf, sameSize, type ColourFrame, type Frame, type Size } from '../core/frame.js';
import { WorkingScale } from './working-scale.js';

/** No side is coloured smaller than this. */
const SHORTEST_SIDE = 32;

/**
 * Colours smaller pictures while the model cannot hold the camera's rate; those that come out have the camera's size.
 * What is coloured smaller is less sharp, and where the size changes the colours begin anew.
 */
export class AdaptiveStream implements ColorizerStream {
  readonly #model: ColorizerStream;
  readonly #pool: BufferPool;
  readonly #clock: Clock;
  readonly #working = new WorkingScale();
  #before: Pick<Frame, 'sequence' | 'arrivedAt' | 'epoch'> | undefined;
  /** Resolves when the frame before has been handed to the model: the model takes frames in the order of the calls. */
  #turn: Promise<void> = Promise.resolve();
  #lastDone = 0;

  constructor(model: ColorizerStream, pool: BufferPool, clock: Clock) {
    this.#model = model;
    this.#pool = pool;
    this.#clock = clock;
  }

  /** Share of each side that is coloured. */
  get scale(): number {
    return this.#working.scale;
  }

  async colorize(frame: Frame): Promise<ColourFrame> {
    const everyMs = this.#paceOf(frame);
    const size = scaled(frame.size, this.scale);
    const turn = this.#turn;
    let next = (): void => undefined;
    this.#turn = new Promise((resolve) => (next = resolve));
    try {
      const small = sameSize(size, frame.size) ? frame : await this.#shrunk(frame, size);
      await turn;
      const begun = this.#clock.now();
      const result = this.#model.colorize(small);
      next();
      const coloured = await result;
      const at = this.#clock.now();
      const tookMs = at - Math.max(begun, this.#lastDone);
      this.#lastDone = at;
      if (everyMs !== undefined) this.#working.push({ at, tookMs, everyMs });
      return small === frame ? coloured : await this.#grown(coloured, frame);
    } finally {
      next();
    }
  }

  close(): Promise<void> {
    return this.#model.close();
  }

  /** How far apart the camera's pictures are, by the arrival of this one and the one before, dropped ones between. */
  #paceOf({ sequence, arrivedAt, epoch }: Frame): number | undefined {
    const before = this.#before;
    this.#before = { sequence, arrivedAt, epoch };
    if (before?.epoch !== epoch || sequence <= before.sequence) return undefined;
    return (arrivedAt - before.arrivedAt) / (sequence - before.sequence);
  }

  async #shrunk(frame: Frame, size: Size): Promise<Frame> {
    const pixels = await this.#resized(frame, size, 1);
    return { ...frame, pixels, size, release: () => { this.#pool.give(pixels); } }; // prettier-ignore
  }

  /** In the camera's size, with its own thermal picture. */
  async #grown(coloured: ColourFrame, frame: Frame): Promise<ColourFrame> {
    const pixels = await this.#resized(coloured, frame.size, 3);
    coloured.release();
    return {
      ...coloured,
      pixels,
      size: frame.size,
      thermal: frame.pixels,
      release: () => {
        this.#pool.give(pixels);
        frame.release();
      },
    };
  }

  async #resized(
    { pixels, size }: Pick<Frame, 'pixels' | 'size'>,
    to: Size,
    channels: 1 | 3,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const picture = sharp(pixels, { raw: { ...size, channels } }).resize({ ...to, fit: 'fill', kernel: 'cubic' });
    const bytes = await picture
      .toColourspace(channels === 1 ? 'b-w' : 'srgb')
      .raw()
      .toBuffer();
    const resized = this.#pool.take(byteLengthOf(channels === 1 ? 'gray8' : 'rgb24', to));
    resized.set(bytes);
    return resized;
  }
}

function scaled({ width, height }: Size, scale: number): Size {
  const side = (length: number): number => Math.max(Math.min(length, SHORTEST_SIDE), Math.round(length * scale));
  return { width: side(width), height: side(height) };
}
