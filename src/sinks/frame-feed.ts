import type { Readable } from 'node:stream';
import { DaylitError } from '../core/errors.js';
import { sameSize, type ColourFrame, type Size } from '../core/frame.js';
import { ffmpegArguments, STDIN, STDOUT, type FfmpegEnd } from '../ffmpeg/command.js';
import { NutMuxer, type RawVideo } from '../ffmpeg/nut-mux.js';
import type { FfmpegEvent } from '../ffmpeg/stderr.js';
import { startFfmpeg, type FfmpegProcess } from '../ffmpeg/process.js';

/** An ffmpeg that takes frames on its standard input, as NUT with exact times. */
export class FrameFeed {
  readonly #muxer: NutMuxer;
  readonly #process: FfmpegProcess;

  /**
   * @param ffmpeg path of the executable
   * @param first what all frames must be like; `origin`: the time that counts as 0
   * @param others inputs beside the frames, which are input 0
   * @param inputOptions more that ffmpeg is told about the frames
   */
  constructor(
    ffmpeg: string,
    private readonly first: Pick<RawVideo, 'size' | 'timeBase'> & { readonly origin?: number },
    others: readonly FfmpegEnd[],
    output: FfmpegEnd,
    inputOptions: readonly string[] = [],
  ) {
    const frames = { address: STDIN, options: ['-copyts', ...inputOptions, '-f', 'nut'] };
    const args = ffmpegArguments({ inputs: [frames, ...others], outputs: [output] });
    this.#process = startFfmpeg(ffmpeg, args, {
      stdin: 'data',
      stdout: output.address === STDOUT ? 'pipe' : 'ignore',
    });
    this.#muxer = new NutMuxer({ format: 'rgb24', ...first });
    this.#process.stdin?.write(this.#muxer.header());
  }

  /** What it makes of the frames, where the output is `STDOUT`. */
  get coded(): Readable | undefined {
    return this.#process.stdout;
  }

  /** Resolves when ffmpeg has ended; rejects with what ended it. */
  get finished(): Promise<void> {
    return this.#process.finished;
  }

  /** What ffmpeg has printed that matters. */
  get events(): ReadonlySet<FfmpegEvent> {
    return this.#process.events;
  }

  /** Resolves when ffmpeg has taken the pixels. Rejects with the error that ended ffmpeg, if it has ended. */
  async write(frame: Pick<ColourFrame, 'pixels' | 'size' | 'pts' | 'timeBase'>): Promise<void> {
    const { size, timeBase } = this.first;
    if (!sameSize(frame.size, size)) {
      const detail = `${nameOf(frame.size)} after ${nameOf(size)}: all frames of a video have one size`;
      throw new DaylitError('OUTPUT_UNSUPPORTED', detail, { hint: 'Write to a picture folder: -o out/' });
    }
    if (frame.timeBase.numerator !== timeBase.numerator || frame.timeBase.denominator !== timeBase.denominator) {
      throw new DaylitError('OUTPUT_UNSUPPORTED', 'all frames of a video have one time base');
    }
    this.#process.stdin?.write(this.#muxer.frame(frame.pts - (this.first.origin ?? 0)));
    const broken = await this.#pushed(frame.pixels);
    if (!broken) return;
    // A broken pipe only says that ffmpeg has gone; its end says why.
    await this.#process.finished;
    throw new DaylitError('FFMPEG_FAILED', 'it ended before its input did', { cause: broken });
  }

  /** Ends the input and waits until ffmpeg has completed its output. */
  async end(): Promise<void> {
    this.#process.stdin?.end();
    await this.#process.finished;
    // Old ffmpeg may end well although the last blocks of its output found no room.
    if (this.#process.events.has('disk-full')) throw new DaylitError('OUTPUT_FULL', this.#process.tail().join('\n'));
  }

  /** Ends ffmpeg at once. */
  kill(): Promise<void> {
    return this.#process.kill();
  }

  /** Resolves when ffmpeg has taken the bytes, with what went wrong if it has not. */
  #pushed(pixels: Uint8Array): Promise<Error | null | undefined> {
    const { stdin } = this.#process;
    if (stdin === undefined) return Promise.resolve(new Error('ffmpeg was not started'));
    return new Promise((resolve) => {
      stdin.write(pixels, resolve);
    });
  }
}

function nameOf({ width, height }: Size): string {
  return `${width}x${height}`;
}
