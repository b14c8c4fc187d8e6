import type { OtherTracks, Sink, SinkReport, SourceInfo } from '../core/contracts.js';
import { DaylitError } from '../core/errors.js';
import { secondsOf, type ColourFrame } from '../core/frame.js';
import type { Notify } from '../core/notices.js';
import type { FfmpegBinary } from '../ffmpeg/binary.js';
import { ffmpegArguments, fileAddress } from '../ffmpeg/command.js';
import { startFfmpeg, type FfmpegProcess } from '../ffmpeg/process.js';
import type { Feed } from './feed.js';
import { isTransportStream, openFeed } from './open-feed.js';
import {
  chooseEncoding,
  outputOptions,
  trackMaps,
  tracksLeftOut,
  trimOptions,
  withEncoder,
  type Encoding,
  type EncodingChoices,
  type FrameProperties,
} from './output-arguments.js';
import { beginPartialFile, type PartialFile } from './partial-file.js';
import { refineTimes } from './quicktime-times.js';

const NO_TRACKS: OtherTracks = { audio: [], subtitles: [] };

interface Begun {
  readonly feed: Feed;
  /** Whether it carries telemetry, which a copy would lose. */
  readonly carriesKlv: boolean;
  readonly first: FrameProperties & Pick<ColourFrame, 'pts'>;
}

/** What a video file is made with. */
export interface VideoFileOptions extends EncodingChoices {
  readonly binary: FfmpegBinary;
  readonly source: SourceInfo;
  readonly overwrite: boolean;
  readonly notify: Notify;
}

/**
 * A video file, coded by ffmpeg. The first frame fixes size and time base.
 *
 * `write` resolves when ffmpeg has taken the frame, so at most one frame waits here. It rejects with OUTPUT_UNSUPPORTED
 * for a frame of another size, OUTPUT_FULL on a full disk, FFMPEG_FAILED when the encoder dies.
 */
export class FfmpegSink implements Sink {
  #begun: Begun | undefined;
  #trim: FfmpegProcess | undefined;
  #frames = 0;
  #lastPts = 0;
  #discarded: Promise<void> | undefined;

  private constructor(
    readonly target: string,
    private readonly encoding: Encoding,
    /** What of the source's other tracks is copied along. */
    private readonly container: SourceInfo['container'],
    private readonly options: VideoFileOptions,
    private readonly file: PartialFile,
  ) {}

  /**
   * Checks all that can be checked before work begins.
   * @throws OUTPUT_UNSUPPORTED, OPTION_INVALID, FFMPEG_UNSUPPORTED, OUTPUT_EXISTS, OUTPUT_UNWRITABLE
   */
  static async open(target: string, options: VideoFileOptions): Promise<FfmpegSink> {
    const { source, notify } = options;
    const encoding = withEncoder(chooseEncoding(target, options, source.frameRate), options.binary);
    const file = await beginPartialFile(target, options);
    const tracks = source.container?.tracks ?? NO_TRACKS;
    const leftOut = tracksLeftOut(encoding.container, tracks).join(', ');
    if (leftOut !== '') {
      const message = `${target} cannot hold these tracks of the input: ${leftOut}.`;
      notify({ kind: 'tracks-left-out', message, data: { target, tracks: leftOut } });
    }
    const copies = trackMaps(encoding.container, tracks).length > 0;
    return new FfmpegSink(target, encoding, copies ? source.container : undefined, options, file);
  }

  async write(frame: ColourFrame): Promise<void> {
    if (this.#discarded !== undefined) throw new DaylitError('INTERRUPTED', this.target);
    this.#begun ??= this.#begin(frame);
    await this.#begun.feed.write(frame);
    this.#frames += 1;
    this.#lastPts = frame.pts;
  }

  async finish(): Promise<SinkReport> {
    try {
      if (this.#begun === undefined) throw new DaylitError('INPUT_EMPTY', this.target);
      const { feed, first, carriesKlv } = this.#begun;
      await feed.end();
      // Copied tracks go on after a job that stopped before its source did.
      const runOn =
        !carriesKlv && this.container !== undefined && this.#frames < (this.options.source.frameCount ?? Infinity);
      const bytes = runOn ? await this.#finishTrimmed(first) : await this.#finishFile(this.file, first);
      return { target: this.target, frames: this.#frames, bytes };
    } catch (thrown) {
      await this.discard();
      throw thrown;
    }
  }

  discard(): Promise<void> {
    return (this.#discarded ??= this.#remove());
  }

  async #remove(): Promise<void> {
    await Promise.all([this.#begun?.feed.kill(), this.#trim?.kill()]);
    await this.file.discard();
  }

  #begin(frame: ColourFrame): Begun {
    const { pts, size, timeBase, marks } = frame;
    const first = { pts, size, timeBase, marks };
    const { binary } = this.options;
    const others = this.container === undefined ? [] : [{ address: fileAddress(this.container.path) }];
    const options = outputOptions(this.encoding, first, this.container?.tracks ?? NO_TRACKS, binary);
    const output = { address: fileAddress(this.file.path), options };
    return {
      first,
      carriesKlv: frame.telemetry !== undefined && isTransportStream(output),
      feed: openFeed({ ffmpeg: binary.path, first: frame, origin: 0, others, output, inputOptions: [] }),
    };
  }

  async #finishFile(file: PartialFile, { pts, timeBase }: Begun['first']): Promise<number> {
    if (this.#discarded !== undefined) throw new DaylitError('INTERRUPTED', this.target);
    const rounded = this.encoding.container.startsInMovieTicks && !this.options.binary.movieTimescale;
    if (rounded) await refineTimes(file.path, pts * timeBase.numerator, timeBase.denominator);
    return file.finish();
  }

  /** Copies the file up to the picture's end, which ffmpeg could not be told before it was known. */
  async #finishTrimmed(first: Begun['first']): Promise<number> {
    const frameTicks = this.#frames > 1 ? (this.#lastPts - first.pts) / (this.#frames - 1) : 0;
    const end = secondsOf({ pts: this.#lastPts + frameTicks, timeBase: first.timeBase });
    const trimmed = await beginPartialFile(this.target, this.options);
    try {
      const input = { address: fileAddress(this.file.path), options: ['-copyts'] };
      const output = {
        address: fileAddress(trimmed.path),
        options: trimOptions(this.encoding, first, end, this.options.binary),
      };
      this.#trim = startFfmpeg(this.options.binary.path, ffmpegArguments({ inputs: [input], outputs: [output] }));
      await this.#trim.finished;
      const bytes = await this.#finishFile(trimmed, first);
      await this.file.discard();
      return bytes;
    } catch (thrown) {
      await trimmed.discard();
      throw thrown;
    }
  }
}
