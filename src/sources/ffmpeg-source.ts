import type { BufferPool } from '../core/buffer-pool.js';
import type { Clock } from '../core/clock.js';
import { DaylitError } from '../core/errors.js';
import { frameOf, secondsOf, type Frame, type Rational } from '../core/frame.js';
import type { FfmpegBinary } from '../ffmpeg/binary.js';
import { NutDemuxer, type NutFrame } from '../ffmpeg/nut-demux.js';
import { startFfmpeg, type FfmpegProcess } from '../ffmpeg/process.js';
import type { FfmpegEvent, StderrLine } from '../ffmpeg/stderr.js';
import { TelemetryTrack } from '../telemetry/track.js';
import { noteKlv, type PictureTimes } from './klv-input.js';

/** Frames that may wait before ffmpeg's output is left unread, which makes it wait too. */
const READ_AHEAD = 2;

/** ffmpeg decoding to NUT on its standard output. */
export interface Decoding {
  readonly binary: FfmpegBinary;
  readonly args: readonly string[];
  /** In which frames count; `-enc_time_base` of `args`. */
  readonly timeBase: Rational;
  readonly pool: BufferPool;
  readonly clock: Clock;
  readonly onLine?: (line: StderrLine) => void;
  /**
   * Ends where a picture is not as declared, that is, where ffmpeg's input has changed its size. Otherwise such
   * pictures are passed over.
   */
  readonly endAtChange?: true;
  /** Where the output brings KLV along (see klv-input.ts): frames have telemetry. */
  readonly telemetry?: boolean;
  /** Lets ffmpeg say goodbye when it is ended early, as RTSP cameras with few places want; otherwise it is killed. */
  readonly goodbye?: true;
}

/** How decoding came to its end. */
export interface DecodingEnd {
  readonly frames: number;
  readonly events: ReadonlySet<FfmpegEvent>;
  /** Why ffmpeg failed, where it did. */
  readonly failure?: DaylitError;
  /** Whether the last frame was not complete. */
  readonly unfinished: boolean;
  /** Whether it was ended by `endAtChange`. */
  readonly changed?: true;
}

/**
 * Frames out of an ffmpeg process, made only as they are asked for: nobody asking, its output is not read and it
 * waits. Ending the iteration, or aborting `signal` (which ends it), ends the process. What the end means is left to
 * the caller: it is the generator's return value.
 */
export async function* decodedFrames(decoding: Decoding, signal?: AbortSignal): AsyncGenerator<Frame, DecodingEnd> {
  const { pool, timeBase } = decoding;
  const demuxer = new NutDemuxer(pool);
  const ffmpeg = startFfmpeg(decoding.binary.path, decoding.args, {
    stdout: 'pipe',
    ...(decoding.onLine === undefined ? {} : { onLine: decoding.onLine }),
  });
  const inbox = new FrameInbox(ffmpeg, demuxer, decoding);
  const abort = (): void => {
    inbox.close();
  };
  signal?.addEventListener('abort', abort);
  if (signal?.aborted === true) abort();
  let sequence = 0;
  try {
    for (;;) {
      const arrived = inbox.take() ?? (await inbox.next());
      const video = demuxer.video;
      if (arrived === undefined || video === undefined) break;
      const { pixels } = arrived.frame;
      const fresh = {
        pixels,
        format: video.format,
        size: video.size,
        pts: inTicksOf(timeBase, arrived.frame.pts, video.timeBase),
        timeBase,
        arrivedAt: arrived.at,
        sequence,
      };
      const telemetry = inbox.track?.at(secondsOf(fresh));
      yield frameOf(telemetry === undefined ? fresh : { ...fresh, telemetry }, () => {
        pool.give(pixels);
      });
      sequence += 1;
    }
    const unfinished = demuxer.unfinished;
    const changed = decoding.endAtChange === true && demuxer.damages > 0;
    const end: DecodingEnd = {
      ...{ frames: sequence, events: ffmpeg.events, unfinished },
      ...(changed ? { changed } : {}),
    };
    try {
      await ffmpeg.finished;
      return end;
    } catch (error) {
      return { ...end, failure: DaylitError.from(error) };
    }
  } finally {
    signal?.removeEventListener('abort', abort);
    inbox.close();
    demuxer.close();
    await inbox.gone;
  }
}

/**
 * Frames whose iteration can be ended at any time, even while the next one is being waited for: a plain generator would
 * let that wait finish first, and a stalled input never does.
 */
export function stoppable(
  begin: (stop: AbortSignal) => AsyncGenerator<Frame>,
  signal: AbortSignal | undefined,
): AsyncIterable<Frame> {
  const ending = new AbortController();
  const frames = begin(signal === undefined ? ending.signal : AbortSignal.any([signal, ending.signal]));
  return {
    [Symbol.asyncIterator]: () => ({
      next: () => frames.next(),
      return: () => {
        ending.abort();
        return frames.return(undefined);
      },
    }),
  };
}

/** NUT counts in finer ticks than asked for where those are coarse; both are exact. */
function inTicksOf(timeBase: Rational, pts: number, nut: Rational): number {
  const ticks = BigInt(pts) * BigInt(nut.numerator) * BigInt(timeBase.denominator);
  return Number(ticks / (BigInt(nut.denominator) * BigInt(timeBase.numerator)));
}

interface Arrived {
  readonly frame: NutFrame;
  readonly at: number;
}

/** Frames between the pushing pipe and the pulling reader. */
class FrameInbox {
  readonly #waiting: Arrived[] = [];
  /** What came beside the frames. */
  readonly track: TelemetryTrack | undefined;
  #pictureTimes: PictureTimes | undefined;
  readonly #ffmpeg: FfmpegProcess;
  readonly #pool: BufferPool;
  readonly #goodbye: boolean;
  #reader: (() => void) | undefined;
  #ended = false;
  /** Resolves when the process is gone, once `close` has been called. */
  gone: Promise<void> | undefined;

  constructor(ffmpeg: FfmpegProcess, demuxer: NutDemuxer, decoding: Decoding) {
    const { clock, pool, endAtChange, goodbye } = decoding;
    this.track = decoding.telemetry === true ? new TelemetryTrack() : undefined;
    this.#ffmpeg = ffmpeg;
    this.#goodbye = goodbye ?? false;
    this.#pool = pool;
    const end = (): void => {
      this.#ended = true;
      this.#reader?.();
    };
    const { stdout } = ffmpeg;
    if (stdout === undefined) end();
    stdout?.on('data', (chunk: Buffer) => {
      const frames = demuxer.push(chunk);
      if (endAtChange === true && demuxer.damages > 0) void ffmpeg.kill();
      this.#note(demuxer, frames.at(-1));
      if (frames.length === 0) return;
      const at = clock.now();
      for (const frame of frames) this.#waiting.push({ frame, at });
      if (this.#waiting.length >= READ_AHEAD) stdout.pause();
      this.#reader?.();
    });
    stdout?.once('close', end);
  }

  /** A frame that is there already. */
  take(): Arrived | undefined {
    if (this.#waiting.length < READ_AHEAD && !this.#ended) this.#ffmpeg.stdout?.resume();
    return this.#waiting.shift();
  }

  /** The next frame; undefined at the end. */
  async next(): Promise<Arrived | undefined> {
    while (this.#waiting.length === 0 && !this.#ended) {
      await new Promise<void>((resolve) => (this.#reader = resolve));
    }
    this.#reader = undefined;
    return this.#waiting.shift();
  }

  /** Packets that come before the first picture wait for it, since they may have no other time than its. */
  #note(demuxer: NutDemuxer, last: NutFrame | undefined): void {
    const { video } = demuxer;
    if (this.track === undefined || video === undefined) return;
    if (last !== undefined) {
      const { timeBase } = video;
      const seconds = secondsOf({ pts: last.pts, timeBase });
      this.#pictureTimes = { first: this.#pictureTimes?.first ?? seconds, last: seconds };
    }
    if (this.#pictureTimes !== undefined) noteKlv(this.track, demuxer.takeData(), this.#pictureTimes);
  }

  /** Ends the process and forgets what is left unread. */
  close(): void {
    this.gone ??= this.#goodbye ? this.#ffmpeg.stop() : this.#ffmpeg.kill();
    this.#ffmpeg.stdout?.destroy();
    this.#ended = true;
    for (const { frame } of this.#waiting.splice(0)) this.#pool.give(frame.pixels);
    this.#reader?.();
  }
}
