import sharp from 'sharp';
import type { Clock } from '../core/clock.js';
import type { Sink, SinkReport } from '../core/contracts.js';
import { DaylitError } from '../core/errors.js';
import type { ColourFrame, Size } from '../core/frame.js';
import { findFfmpeg, type FfmpegBinary } from '../ffmpeg/binary.js';
import { h264Coding, type CodedUnit } from './h264-coding.js';
import { keep, rgbOf, VIEWS, widthOf, type KeptFrame, type View } from './kept-frame.js';
import { LiveVideo } from './live-video.js';
import { NewestCoder, type Codable } from './newest-coder.js';
import { PictureHeaders, type MakeMessage } from './picture-headers.js';
import { TRANSPORT_STREAM, type TransportPiece } from './transport-stream.js';

/** One picture, coded once for all who watch. */
export interface CodedPicture {
  readonly jpeg: Uint8Array;
  readonly keyframe: true;
  readonly sequence: number;
  /** When its frame reached this process, monotonic milliseconds. */
  readonly arrivedAt: number;
  /** As a message of viewer-protocol.ts (which carries both halves); its age is that of the moment it is made at. */
  readonly message: MakeMessage;
}

const JPEG = { quality: 82, chromaSubsampling: '4:2:0' } as const;

/**
 * The newest frame of one camera, for those who look at it. Frames are coded only while somebody watches; who begins to
 * watch gets the newest picture there is at once.
 */
export class LatestPicture implements Sink {
  readonly target = 'viewers';
  /** H.264 of both halves, for the page. */
  readonly video: LiveVideo<CodedUnit>;
  readonly #transport: Readonly<Record<View, LiveVideo<TransportPiece>>>;
  readonly #headers: PictureHeaders;
  readonly #coders: Readonly<Record<View, NewestCoder<CodedPicture>>>;
  #kept: KeptFrame | undefined;
  #frames = 0;
  /** Why the last try to code failed; told to the next writer. */
  #failure: DaylitError | undefined;

  /**
   * @param metadata what goes with each picture besides, asked at the moment of sending
   * @param ffmpeg what codes video
   */
  constructor(
    camera: string,
    clock: Clock,
    metadata: () => Readonly<Record<string, unknown>> = () => ({}),
    ffmpeg: () => Promise<FfmpegBinary> = findFfmpeg,
  ) {
    this.#headers = new PictureHeaders(camera, clock, metadata);
    const newest = (): { number: number; kept: KeptFrame } | undefined =>
      this.#kept === undefined ? undefined : { number: this.#frames, kept: this.#kept };
    const coder = (view: View): NewestCoder<CodedPicture> =>
      new NewestCoder(
        () => this.#codable(view),
        (thrown) => (this.#failure = DaylitError.from(thrown)),
      );
    const transport = (view: View): LiveVideo<TransportPiece> => new LiveVideo(view, TRANSPORT_STREAM, newest, ffmpeg);
    this.#coders = each(coder);
    this.#transport = each(transport);
    this.video = new LiveVideo('both', h264Coding(this.#headers), newest, ffmpeg);
  }

  /** How many watch. */
  get watchers(): number {
    const all = [this.video, ...Object.values(this.#transport), ...Object.values(this.#coders)];
    return all.reduce((sum, { watchers }) => sum + watchers, 0);
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
    this.#kept = keep(frame, this.#kept);
    this.#frames += 1;
    for (const view of VIEWS) void this.#coders[view].push();
    for (const video of this.#videos()) void video.push();
    return Promise.resolve();
  }

  /** MPEG-TS of a view, for other software. */
  transport(view: View): LiveVideo<TransportPiece> {
    return this.#transport[view];
  }

  /** Hands over the newest picture, if there is one, and all to come. @returns stops it */
  watch(view: View, watcher: (picture: CodedPicture) => void): () => void {
    return this.#coders[view].watch(watcher);
  }

  /** The newest picture; undefined before the first. @throws DaylitError INTERNAL */
  async snapshot(view: View): Promise<CodedPicture | undefined> {
    return this.#codable(view)?.code();
  }

  async finish(): Promise<SinkReport> {
    await this.discard();
    return { target: this.target, frames: this.#frames };
  }

  async discard(): Promise<void> {
    await Promise.all(this.#videos().map((video) => video.stop()));
  }

  #videos(): readonly LiveVideo<CodedUnit | TransportPiece>[] {
    return [this.video, ...Object.values(this.#transport)] as readonly LiveVideo<CodedUnit | TransportPiece>[];
  }

  #codable(view: View): Codable<CodedPicture> | undefined {
    const kept = this.#kept;
    if (kept === undefined) return undefined;
    return { number: this.#frames, code: async () => this.#picture(kept.moment, await jpegOf(view, kept)) };
  }

  #picture(moment: KeptFrame['moment'], jpeg: Uint8Array): CodedPicture {
    const picture = { coding: 'jpeg', keyframe: true, coded: jpeg } as const;
    const message = this.#headers.message(moment, picture);
    return { jpeg, keyframe: true, message, sequence: moment.sequence, arrivedAt: moment.arrivedAt };
  }
}

function each<T>(make: (view: View) => T): Readonly<Record<View, T>> {
  return { colour: make('colour'), thermal: make('thermal'), both: make('both') };
}

/** Copies the pixels first: the next frame may come while they are being coded. */
function jpegOf(view: View, kept: KeptFrame): Promise<Buffer> {
  const { height } = kept.moment.size;
  const raw = { width: widthOf(view, kept), height, channels: view === 'thermal' ? 1 : 3 } as const;
  const pixels = view === 'thermal' ? kept.thermal.slice() : rgbOf(view, kept);
  const picture = sharp(pixels, { raw }).jpeg(JPEG);
  return (view === 'thermal' ? picture.toColourspace('b-w') : picture).toBuffer();
}
