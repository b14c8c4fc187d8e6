import sharp from 'sharp';
import type { Clock } from '../core/clock.js';
import type { Sink, SinkReport } from '../core/contracts.js';
import { DaylitError } from '../core/errors.js';
import { secondsOf, type ColourFrame, type Size } from '../core/frame.js';
import { encodePictureMessage } from './viewer-protocol.js';

/** Which half of a picture. */
export type Half = 'thermal' | 'colour' | 'both';

/** What a frame is, without its pixels. */
type Moment = Pick<ColourFrame, 'size' | 'sequence' | 'pts' | 'timeBase' | 'arrivedAt' | 'epoch' | 'marks'>;

/** One picture, coded once for all who watch. */
export interface CodedPicture {
  /** Thermal left, colour right. */
  readonly jpeg: Uint8Array;
  /** When its frame reached this process, monotonic milliseconds. */
  readonly arrivedAt: number;
  /** As a message of viewer-protocol.ts; its age is that of the moment it is made at. */
  message(): Uint8Array<ArrayBuffer>;
}

export type Watcher = (picture: CodedPicture) => void;

interface Kept {
  readonly moment: Moment;
  readonly colour: Uint8Array<ArrayBuffer>;
  readonly thermal: Uint8Array<ArrayBuffer>;
}

const JPEG = { quality: 82, chromaSubsampling: '4:2:0' } as const;

/**
 * The newest frame of one camera, for those who look at it. Frames are coded only while somebody watches, one at a
 * time and never twice; what comes while one is being coded waits for nothing but the newest. Who begins to watch gets
 * the newest picture there is at once.
 */
export class LatestPicture implements Sink {
  readonly target = 'viewers';
  readonly #camera: string;
  readonly #clock: Clock;
  readonly #watchers = new Set<Watcher>();
  #kept: Kept | undefined;
  #frames = 0;
  #coded: CodedPicture | undefined;
  /** Of the frame that #coded shows. */
  #codedFrame = -1;
  #coding = false;
  /** Why the last try to code failed; told to the next writer. */
  #failure: DaylitError | undefined;

  constructor(camera: string, clock: Clock) {
    this.#camera = camera;
    this.#clock = clock;
  }

  /** How many watch. */
  get watchers(): number {
    return this.#watchers.size;
  }

  /** Frames so far. */
  get frames(): number {
    return this.#frames;
  }

  /** Pixels of one half of the newest picture; undefined before the first. */
  get size(): Size | undefined {
    return this.#kept?.moment.size;
  }

  /** @throws DaylitError INTERNAL if the frame before could not be coded */
  write(frame: ColourFrame): Promise<void> {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) return Promise.reject(failure);
    const { size, sequence, pts, timeBase, arrivedAt, epoch, marks } = frame;
    const colour = copied(frame.pixels, this.#kept?.colour);
    const thermal = copied(frame.thermal, this.#kept?.thermal);
    this.#kept = { moment: { size, sequence, pts, timeBase, arrivedAt, epoch, marks }, colour, thermal };
    this.#frames += 1;
    if (this.#watchers.size > 0) void this.#code();
    return Promise.resolve();
  }

  /** Hands over the newest picture, if there is one, and all to come. @returns stops it */
  watch(watcher: Watcher): () => void {
    this.#watchers.add(watcher);
    if (this.#coded !== undefined && this.#codedFrame === this.#frames) watcher(this.#coded);
    else if (this.#kept !== undefined) void this.#code();
    return () => {
      this.#watchers.delete(watcher);
    };
  }

  /** The newest picture as a JPEG of its own; undefined before the first. */
  async snapshot(half: Half): Promise<Buffer | undefined> {
    if (this.#kept === undefined) return undefined;
    const { moment, colour, thermal } = this.#kept;
    // sharp reads while the next frame may overwrite what is kept.
    if (half === 'colour') return jpegOf(colour.slice(), moment.size, 3);
    if (half === 'thermal') return jpegOf(thermal.slice(), moment.size, 1);
    return jpegOf(sideBySide(this.#kept), { ...moment.size, width: 2 * moment.size.width }, 3);
  }

  finish(): Promise<SinkReport> {
    return Promise.resolve({ target: this.target, frames: this.#frames });
  }

  discard(): Promise<void> {
    return Promise.resolve();
  }

  async #code(): Promise<void> {
    if (this.#coding) return;
    this.#coding = true;
    try {
      while (this.#watchers.size > 0 && this.#kept !== undefined && this.#codedFrame !== this.#frames) {
        const frame = this.#frames;
        const { moment } = this.#kept;
        const jpeg = await jpegOf(sideBySide(this.#kept), { ...moment.size, width: 2 * moment.size.width }, 3);
        this.#coded = this.#picture(moment, jpeg);
        this.#codedFrame = frame;
        for (const watcher of this.#watchers) watcher(this.#coded);
      }
    } catch (thrown) {
      this.#failure = DaylitError.from(thrown);
    } finally {
      this.#coding = false;
    }
  }

  #picture(moment: Moment, jpeg: Uint8Array): CodedPicture {
    const { size, sequence, arrivedAt, epoch, marks } = moment;
    const header = {
      ...{ sequence, epoch, ...size },
      ptsMicroseconds: Math.round(1e6 * secondsOf(moment)),
      synthesised: marks.synthesised,
      frozen: marks.frozen === true,
      cut: marks.cut === true,
      metadata: { camera: this.#camera },
    };
    return {
      jpeg,
      arrivedAt,
      message: () => encodePictureMessage({ ...header, ageMs: this.#clock.now() - arrivedAt }, jpeg),
    };
  }
}

function copied(pixels: Uint8Array<ArrayBuffer>, into: Uint8Array<ArrayBuffer> | undefined): Uint8Array<ArrayBuffer> {
  if (into?.length !== pixels.length) return pixels.slice();
  into.set(pixels);
  return into;
}

function jpegOf(pixels: Uint8Array, size: Size, channels: 1 | 3): Promise<Buffer> {
  return sharp(pixels, { raw: { ...size, channels } })
    .jpeg(JPEG)
    .toBuffer();
}

/** Thermal left, colour right, rgb24 of twice the width. */
function sideBySide({ moment, colour, thermal }: Kept): Uint8Array<ArrayBuffer> {
  const { width, height } = moment.size;
  const both = new Uint8Array(new ArrayBuffer(width * height * 6));
  for (let y = 0; y < height; y += 1) {
    let to = y * width * 6;
    for (let from = y * width; from < (y + 1) * width; from += 1) {
      const grey = thermal[from] ?? 0;
      both[to++] = grey;
      both[to++] = grey;
      both[to++] = grey;
    }
    both.set(colour.subarray(y * width * 3, (y + 1) * width * 3), to);
  }
  return both;
}
