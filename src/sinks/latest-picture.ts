import sharp from 'sharp';
import type { Clock } from '../core/clock.js';
import type { Sink, SinkReport } from '../core/contracts.js';
import { DaylitError } from '../core/errors.js';
import { secondsOf, type ColourFrame, type Size } from '../core/frame.js';
import { NewestCoder, type Codable } from './newest-coder.js';
import { encodePictureMessage } from './viewer-protocol.js';

/** What of a picture: one half, or the thermal picture left and its colours right. */
export const VIEWS = ['colour', 'thermal', 'both'] as const;
export type View = (typeof VIEWS)[number];

/** One picture, coded once for all who watch. */
export interface CodedPicture {
  readonly jpeg: Uint8Array;
  /** When its frame reached this process, monotonic milliseconds. */
  readonly arrivedAt: number;
  /** As a message of viewer-protocol.ts (which carries both halves); its age is that of the moment it is made at. */
  message(): Uint8Array<ArrayBuffer>;
}

interface Kept {
  /** What the frame is, without its pixels. */
  readonly moment: Pick<ColourFrame, 'size' | 'sequence' | 'pts' | 'timeBase' | 'arrivedAt' | 'epoch' | 'marks'>;
  readonly colour: Uint8Array<ArrayBuffer>;
  readonly thermal: Uint8Array<ArrayBuffer>;
}

const JPEG = { quality: 82, chromaSubsampling: '4:2:0' } as const;

/**
 * The newest frame of one camera, for those who look at it. Frames are coded only while somebody watches; who begins to
 * watch gets the newest picture there is at once.
 */
export class LatestPicture implements Sink {
  readonly target = 'viewers';
  readonly #camera: string;
  readonly #metadata: () => Readonly<Record<string, unknown>>;
  readonly #clock: Clock;
  readonly #coders: Readonly<Record<View, NewestCoder<CodedPicture>>>;
  #kept: Kept | undefined;
  #frames = 0;
  /** Why the last try to code failed; told to the next writer. */
  #failure: DaylitError | undefined;

  /** @param metadata what goes with each picture besides, asked at the moment of sending */
  constructor(camera: string, clock: Clock, metadata: () => Readonly<Record<string, unknown>> = () => ({})) {
    this.#camera = camera;
    this.#clock = clock;
    this.#metadata = metadata;
    const coder = (view: View): NewestCoder<CodedPicture> =>
      new NewestCoder(
        () => this.#codable(view),
        (thrown) => (this.#failure = DaylitError.from(thrown)),
      );
    this.#coders = { colour: coder('colour'), thermal: coder('thermal'), both: coder('both') };
  }

  /** How many watch. */
  get watchers(): number {
    return VIEWS.reduce((sum, view) => sum + this.#coders[view].watchers, 0);
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
    for (const view of VIEWS) void this.#coders[view].push();
    return Promise.resolve();
  }

  /** Hands over the newest picture, if there is one, and all to come. @returns stops it */
  watch(view: View, watcher: (picture: CodedPicture) => void): () => void {
    return this.#coders[view].watch(watcher);
  }

  /** The newest picture; undefined before the first. @throws DaylitError INTERNAL */
  async snapshot(view: View): Promise<CodedPicture | undefined> {
    return this.#codable(view)?.code();
  }

  finish(): Promise<SinkReport> {
    return Promise.resolve({ target: this.target, frames: this.#frames });
  }

  discard(): Promise<void> {
    return Promise.resolve();
  }

  #codable(view: View): Codable<CodedPicture> | undefined {
    const kept = this.#kept;
    if (kept === undefined) return undefined;
    return { number: this.#frames, code: async () => this.#picture(kept, await jpegOf(kept, view)) };
  }

  #picture({ moment }: Kept, jpeg: Uint8Array): CodedPicture {
    const { size, sequence, arrivedAt, epoch, marks } = moment;
    const header = {
      ...{ sequence, epoch, ...size },
      ptsMicroseconds: Math.round(1e6 * secondsOf(moment)),
      synthesised: marks.synthesised,
      frozen: marks.frozen === true,
      cut: marks.cut === true,
    };
    return {
      jpeg,
      arrivedAt,
      message: () => {
        const now = { ageMs: this.#clock.now() - arrivedAt, metadata: { camera: this.#camera, ...this.#metadata() } };
        return encodePictureMessage({ ...header, ...now }, jpeg);
      },
    };
  }
}

function copied(pixels: Uint8Array<ArrayBuffer>, into: Uint8Array<ArrayBuffer> | undefined): Uint8Array<ArrayBuffer> {
  if (into?.length !== pixels.length) return pixels.slice();
  into.set(pixels);
  return into;
}

/** Copies the pixels first: the next frame may come while they are being coded. */
function jpegOf(kept: Kept, view: View): Promise<Buffer> {
  const { width, height } = kept.moment.size;
  const raw = { width: view === 'both' ? 2 * width : width, height, channels: view === 'thermal' ? 1 : 3 } as const;
  const pixels = view === 'both' ? sideBySide(kept) : kept[view].slice();
  const picture = sharp(pixels, { raw }).jpeg(JPEG);
  return (view === 'thermal' ? picture.toColourspace('b-w') : picture).toBuffer();
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
