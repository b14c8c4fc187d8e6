import type { BufferPool } from '../core/buffer-pool.js';
import type { Clock } from '../core/clock.js';
import type { Source, SourceInfo } from '../core/contracts.js';
import { DaylitError, type ErrorCode } from '../core/errors.js';
import { LIVE_TIME_BASE, type Frame, type Rational } from '../core/frame.js';
import { redact } from '../core/redact.js';
import type { FfmpegBinary } from '../ffmpeg/binary.js';
import { exactTiming, ffmpegArguments, STDOUT, type FfmpegEnd } from '../ffmpeg/command.js';
import type { FfmpegEvent, StderrLine } from '../ffmpeg/stderr.js';
import { describeInput } from '../ffmpeg/video-description.js';
import { isDevice, statDevice } from './device-input.js';
import { decodedFrames, stoppable, type DecodingEnd } from './ffmpeg-source.js';
import type { LumaRange } from './input-arguments.js';
import { klvOptions } from './klv-input.js';
import { statInput } from './input-file.js';
import { isSessionDescription, liveInput, livePictures, realtimeInput, type LiveInputOptions } from './live-input.js';
import { reachable } from '../ffmpeg/resolve-host.js';

/** Lines of ffmpeg's description of a stream that are kept until the first picture. */
const DESCRIPTION_LINES = 200;
/** Declared rates above this are guesses of ffmpeg's (the ticks of its time base). */
const FASTEST = 240;

/** What one connection is made with. */
export interface LiveOptions extends LiveInputOptions {
  readonly binary: FfmpegBinary;
  readonly pool: BufferPool;
  readonly clock: Clock;
  /** How luma is stored; `auto`: as the stream declares. */
  readonly range?: LumaRange;
}

/**
 * Connects to a camera or server (rtsp, rtsps, udp, rtp, tcp, srt, rtmp, http, https; HLS and Motion JPEG over those; a
 * session description; a capture device) and waits for the first picture. One connection, one ffmpeg: the frames end
 * when the stream does and reject when the connection breaks. Connecting again is the business of pipeline/reconnect.ts.
 *
 * Formats, sizes and times are as the stream has them; times count in 1/90000 s and may jump where the stream's do.
 *
 * @param signal aborted: gives up or ends the frames, at any time
 * @throws DaylitError HOST_NOT_FOUND, CONNECTION_REFUSED, CONNECTION_LOST, UNAUTHORIZED, CERTIFICATE_REFUSED,
 * STREAM_NOT_FOUND, INPUT_EMPTY (no video), INPUT_UNREADABLE (no video stream at all), INPUT_UNSUPPORTED and
 * FFMPEG_UNSUPPORTED (scheme), DEVICE_UNAVAILABLE, INPUT_NOT_FOUND (description), INTERRUPTED
 */
export async function openLive(address: string, options: LiveOptions, signal: AbortSignal): Promise<Source> {
  liveInput(address, options, options.binary); // refuses before anything is asked of the network
  if (isDevice(address)) await statDevice(address);
  if (isSessionDescription(address)) await statInput(address);
  const resolved = await reachable(address, { timeoutMs: options.timeoutMs, signal });
  const { options: flags = [], ...input } = liveInput(resolved.address, options, options.binary);
  return connect(redact(address), { ...input, options: [...resolved.options, ...flags] }, options, signal);
}

/**
 * Plays a recording as a camera would send it, in its own time.
 * @throws DaylitError of the INPUT family
 */
export async function openRealtimeFile(
  path: string,
  options: LiveOptions & { readonly loop: boolean },
  signal: AbortSignal,
): Promise<Source> {
  await statInput(path);
  return connect(path, realtimeInput(path, options.loop), options, signal);
}

/** Streams of KLV that were found in earlier connections, so that only the first one has to begin twice. */
const KNOWN_KLV = new WeakMap<LiveOptions, string>();

async function connect(label: string, input: FfmpegEnd, options: LiveOptions, signal: AbortSignal): Promise<Source> {
  const lines: string[] = [];
  let first: Frame | undefined;
  const known = KNOWN_KLV.get(options);
  const stop = new AbortController();
  const onLine = (line: StderrLine): void => {
    if (line.kind !== 'log' || first !== undefined || lines.length >= DESCRIPTION_LINES) return;
    lines.push(line.text);
    if (known === undefined && describeInput(lines).klv !== undefined) stop.abort();
  };
  const frames = stoppable(
    (stopped) => connection(label, input, options, onLine, stopped),
    AbortSignal.any([signal, stop.signal]),
  );
  const iterator = frames[Symbol.asyncIterator]();
  const begun = await iterator.next();
  const { klv } = describeInput(lines);
  if (known === undefined && klv !== undefined && !signal.aborted) {
    // ffmpeg must be told of the stream when it starts.
    if (begun.done !== true) begun.value.release();
    await iterator.return?.();
    KNOWN_KLV.set(options, klv);
    return connect(label, input, options, signal);
  }
  if (begun.done === true) throw new DaylitError('INTERRUPTED', label);
  first = begun.value;
  return {
    info: infoOf(label, first, lines),
    frames: (ended) => {
      ended?.addEventListener(
        'abort',
        () => {
          stop.abort();
        },
        { once: true },
      );
      return {
        [Symbol.asyncIterator]: () => ({
          next: () => {
            if (first === undefined) return iterator.next();
            const value = first;
            first = undefined;
            return Promise.resolve({ done: false, value });
          },
          return: () => {
            first?.release();
            first = undefined;
            return iterator.return?.() ?? Promise.resolve({ done: true, value: undefined });
          },
        }),
      };
    },
  };
}

async function* connection(
  label: string,
  input: FfmpegEnd,
  options: LiveOptions,
  onLine: (line: StderrLine) => void,
  stopped: AbortSignal,
): AsyncGenerator<Frame> {
  const { binary, pool, clock, range = 'auto' } = options;
  const klv = KNOWN_KLV.get(options);
  const pictures = [...klvOptions(klv), ...livePictures(range, binary)];
  const output = { address: STDOUT, options: [...exactTiming(binary, LIVE_TIME_BASE), ...pictures] };
  const args = ffmpegArguments({ inputs: [input], outputs: [output] });
  const decoding = {
    binary,
    args,
    timeBase: LIVE_TIME_BASE,
    pool,
    clock,
    onLine,
    endAtChange: true,
    telemetry: klv !== undefined,
    goodbye: true,
  } as const;
  const end = yield* decodedFrames(decoding, stopped);
  if (stopped.aborted) return;
  const broken = breakIn(label, end);
  if (broken !== undefined) throw broken;
}

/** In order: the first thing ffmpeg said decides. */
const BREAKS: readonly (readonly [FfmpegEvent, ErrorCode])[] = [
  ['too-large', 'INPUT_TOO_LARGE'],
  ['unauthorized', 'UNAUTHORIZED'],
  ['untrusted', 'CERTIFICATE_REFUSED'],
  ['no-stream', 'STREAM_NOT_FOUND'],
  ['refused', 'CONNECTION_REFUSED'],
  ['unresolved', 'HOST_NOT_FOUND'],
  ['unreachable', 'CONNECTION_LOST'],
  ['busy', 'DEVICE_UNAVAILABLE'],
  ['no-device', 'INPUT_UNREADABLE'],
  ['no-such-pictures', 'INPUT_UNSUPPORTED'],
  ['cut-off', 'CONNECTION_LOST'],
  ['no-video', 'INPUT_EMPTY'],
  ['unknown-codec', 'INPUT_UNREADABLE'],
  ['not-media', 'INPUT_UNREADABLE'],
];

/** Why the connection is over, where that was not the stream's own end. */
function breakIn(
  label: string,
  { frames, events, failure, changed, unfinished }: DecodingEnd,
): DaylitError | undefined {
  if (changed === true) {
    // The demuxer takes no picture with a side above its limit, so a first one that is refused was too large.
    return frames === 0
      ? new DaylitError('INPUT_TOO_LARGE', label)
      : new DaylitError('CONNECTION_LOST', `${label}: the picture changed its size`);
  }
  const cause = failure === undefined ? {} : { cause: failure };
  // A stream that showed pictures was found and let us in; what ffmpeg said on the way is no reason.
  if (frames > 0) {
    return failure === undefined && !unfinished
      ? undefined
      : new DaylitError('CONNECTION_LOST', `${label} after ${frames} frames`, cause);
  }
  const [event, code] = BREAKS.find(([known]) => events.has(known)) ?? [];
  // RTSP says what is wrong with a stream; where it only breaks off, somebody has hung up on us.
  if (event === 'not-media' && /^rtsps?:/i.test(label)) return new DaylitError('CONNECTION_LOST', label, cause);
  if (code !== undefined) return new DaylitError(code, label, cause);
  return failure ?? new DaylitError('INPUT_EMPTY', label);
}

function infoOf(label: string, first: Frame, lines: readonly string[]): SourceInfo {
  const { video, klv } = describeInput(lines);
  const frameRate = plausible(video?.frameRate);
  return {
    kind: 'video',
    label,
    delivery: 'keepLatest',
    size: first.size,
    format: first.format,
    timeBase: LIVE_TIME_BASE,
    ...(video === undefined ? {} : { codec: video.codec }),
    ...(frameRate === undefined ? {} : { frameRate }),
    ...(klv === undefined ? {} : { telemetry: 'misb-st-0601' }),
  };
}

function plausible(rate: Rational | undefined): Rational | undefined {
  return rate !== undefined && rate.numerator <= FASTEST * rate.denominator ? rate : undefined;
}
