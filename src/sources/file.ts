import type { BufferPool } from '../core/buffer-pool.js';
import type { Clock } from '../core/clock.js';
import type { Source, SourceInfo } from '../core/contracts.js';
import { DaylitError, type ErrorCode } from '../core/errors.js';
import { secondsOf, type Frame, type PixelFormat, type Rational } from '../core/frame.js';
import type { Notify } from '../core/notices.js';
import type { FfmpegBinary } from '../ffmpeg/binary.js';
import { exactTiming, ffmpegArguments, STDOUT } from '../ffmpeg/command.js';
import { probeVideo, type VideoProbe } from '../ffmpeg/probe.js';
import type { FfmpegEvent } from '../ffmpeg/stderr.js';
import { hasColour } from '../thermal/palette-detection.js';
import { decodedFrames, stoppable, type Decoding, type DecodingEnd } from './ffmpeg-source.js';
import { refuseGrowingPlaylist } from './growing-playlist.js';
import { fileInput, rawPictures, type LumaRange } from './input-arguments.js';
import { klvOptions } from './klv-input.js';
import { refuseTooLarge, statInput } from './input-file.js';

/** Frames that are looked at for colours, and how many lie between them: a fade from black must not hide them. */
const SNIFFED = 5;
const SNIFF_EVERY = 8;
/** Share of the estimated frames below which a damaged file is taken as cut off. */
const NEARLY_ALL = 0.95;

export interface FileOptions {
  readonly binary: FfmpegBinary;
  readonly pool: BufferPool;
  readonly clock: Clock;
  readonly notify: Notify;
  /** How luma is stored; `auto`: as the file declares. */
  readonly range?: LumaRange;
  /** Ends normally, with a notice, where a file breaks off. */
  readonly keepPartial?: boolean;
  /** Presentation time in ticks of the file's time base: frames begin with the keyframe at or before it. */
  readonly startAt?: (timeBase: Rational) => number;
}

/**
 * Opens a video file. Grey pictures come as gray8, or gray16le where the file has more than 8 bits; pictures in colours
 * (a palette burnt in by the camera) as rgb24. Black is 0 and white is the top of the format, whatever the file's range.
 *
 * Throws INPUT_NOT_FOUND, INPUT_UNREADABLE (no video file), INPUT_UNSUPPORTED (a live playlist), INPUT_EMPTY (no video track or no frames), INPUT_DAMAGED
 * (cannot even be opened) and INPUT_TOO_LARGE. Frames end with INPUT_DAMAGED where the file is cut off, unless
 * `keepPartial`. Damage inside, which ffmpeg conceals without losing frames, is only noticed.
 */
export async function openFile(path: string, options: FileOptions): Promise<Source> {
  const facts = await statInput(path);
  if (facts.isFile() && facts.size === 0) throw new DaylitError('INPUT_EMPTY', path);
  if (facts.isFile()) await refuseGrowingPlaylist(path);
  const answer = await probeVideo(options.binary, fileInput(path));
  if (answer.video === undefined) throw refusal(path, answer.events, answer.failure);
  const { video } = answer;
  refuseTooLarge(path, video.size);
  const format = await formatOf(path, video, options);
  let begun = false;
  return {
    info: infoOf(path, video, format),
    frames: (signal) => {
      if (begun) throw new DaylitError('INTERNAL', 'frames() of a source may be called once');
      begun = true;
      return stoppable((stop) => framesOf(path, video, format, options, stop), signal);
    },
  };
}

function infoOf(path: string, video: VideoProbe, format: PixelFormat): SourceInfo {
  return {
    kind: 'video',
    label: path,
    delivery: 'waitForRoom',
    size: video.size,
    format,
    timeBase: video.timeBase,
    codec: video.codec,
    container: { path, tracks: { audio: video.audio, subtitles: video.subtitles } },
    ...(video.frameRate === undefined ? {} : { frameRate: video.frameRate }),
    ...(video.frameCount === undefined ? {} : { frameCount: video.frameCount }),
    ...(video.klv === undefined ? {} : { telemetry: 'misb-st-0601' }),
  };
}

async function* framesOf(
  path: string,
  video: VideoProbe,
  format: PixelFormat,
  options: FileOptions,
  signal: AbortSignal,
): AsyncGenerator<Frame> {
  const end = yield* decodedFrames(
    {
      ...decoding(path, video, options, [...klvOptions(video.klv), ...rawPictures(format, options.range ?? 'auto')]),
      telemetry: video.klv !== undefined,
    },
    signal,
  );
  if (signal.aborted) return;
  const broken = breakIn(path, options.startAt === undefined ? (video.frameCount ?? 0) : 0, end);
  if (broken?.code === 'INPUT_DAMAGED' && options.keepPartial === true && end.frames > 0) {
    options.notify({
      kind: 'input-damaged',
      message: `${path} breaks off after ${end.frames} frames; what could be read is kept.`,
      data: { frames: end.frames },
    });
  } else if (broken !== undefined) {
    throw broken;
  } else if (end.events.has('damaged')) {
    options.notify({ kind: 'input-damaged', message: `${path} is damaged in places; some frames may be marred.` });
  }
}

/**
 * What went wrong while decoding, if anything did.
 * @param expected frames that there should be about; 0 where nothing is known
 */
function breakIn(path: string, expected: number, end: DecodingEnd): DaylitError | undefined {
  const after = `${path} after ${end.frames} frames`;
  if (end.frames === 0) return refusal(path, end.events, end.failure);
  // Old builds do not say that the end is missing, only that a packet is not whole.
  const short = end.frames < expected * NEARLY_ALL;
  if (end.events.has('cut-off') || (end.events.has('damaged') && short))
    return new DaylitError('INPUT_DAMAGED', `${after}: the file is cut off`);
  if (end.failure !== undefined && end.events.has('damaged')) {
    return new DaylitError('INPUT_DAMAGED', after, { cause: end.failure });
  }
  if (end.failure !== undefined) return end.failure;
  return end.unfinished ? new DaylitError('FFMPEG_FAILED', `${after}: its output ends within a frame`) : undefined;
}

/** In order: the first thing ffmpeg said decides. */
const REFUSALS: readonly (readonly [FfmpegEvent, ErrorCode])[] = [
  ['too-large', 'INPUT_TOO_LARGE'],
  ['no-video', 'INPUT_EMPTY'],
  ['guessed', 'INPUT_UNREADABLE'],
  ['cut-off', 'INPUT_DAMAGED'],
  ['unknown-codec', 'INPUT_UNREADABLE'],
  ['not-media', 'INPUT_UNREADABLE'],
  ['permission-denied', 'INPUT_UNREADABLE'],
  ['damaged', 'INPUT_DAMAGED'],
];

/** Why no frame can be had from a file. */
function refusal(path: string, events: ReadonlySet<FfmpegEvent>, failure?: DaylitError): DaylitError {
  const code = REFUSALS.find(([event]) => events.has(event))?.[1];
  if (code !== undefined) return new DaylitError(code, path, failure === undefined ? {} : { cause: failure });
  return failure ?? new DaylitError('INPUT_EMPTY', path);
}

async function formatOf(path: string, video: VideoProbe, options: FileOptions): Promise<PixelFormat> {
  const grey: PixelFormat = video.bitDepth > 8 ? 'gray16le' : 'gray8';
  if (video.grey) return grey;
  const few = ['-frames:v', String(SNIFFED), ...rawPictures('rgb24', 'auto', SNIFF_EVERY)];
  const frames = decodedFrames(decoding(path, video, options, few));
  for (;;) {
    const next = await frames.next();
    if (next.done === true) {
      if (next.value.frames === 0) throw refusal(path, next.value.events, next.value.failure);
      return grey;
    }
    const coloured = hasColour(next.value.pixels, next.value.size);
    next.value.release();
    if (coloured) {
      await frames.return({ frames: 0, events: new Set(), unfinished: false });
      return 'rgb24';
    }
  }
}

function decoding(path: string, video: VideoProbe, options: FileOptions, pictures: readonly string[]): Decoding {
  const { binary, pool, clock, startAt } = options;
  const { timeBase } = video;
  const from = startAt === undefined ? undefined : secondsOf({ pts: startAt(timeBase), timeBase });
  const output = { address: STDOUT, options: [...exactTiming(binary, timeBase), ...pictures] };
  return {
    binary,
    args: ffmpegArguments({ inputs: [fileInput(path, from)], outputs: [output] }),
    timeBase,
    pool,
    clock,
  };
}
