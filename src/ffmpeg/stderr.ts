/** How grave ffmpeg says a line is. */
export type LogLevel = 'panic' | 'fatal' | 'error' | 'warning' | 'info' | 'verbose' | 'debug' | 'trace';

/** Things ffmpeg prints that decide what an error is called. */
export type FfmpegEvent =
  /** Writing failed for want of room. */
  | 'disk-full'
  | 'permission-denied'
  | 'not-found'
  /** The content is none that ffmpeg knows. */
  | 'not-media'
  /** There are pictures, coded in a way that ffmpeg does not know. */
  | 'unknown-codec'
  /** ffmpeg guessed the type by the name alone. */
  | 'guessed'
  | 'no-video'
  | 'too-large'
  /** The input ends before it should. */
  | 'cut-off'
  /** Parts could not be decoded; frames may be marred, but are there. */
  | 'damaged'
  /** A server wants other credentials. */
  | 'unauthorized'
  /** A server's certificate is not trusted. */
  | 'untrusted'
  /** A server has nothing of this name. */
  | 'no-stream'
  | 'refused'
  | 'unresolved'
  | 'unreachable'
  /** Another program has the device. */
  | 'busy'
  /** What lies there is no capture device. */
  | 'no-device'
  /** The device offers no such pictures. */
  | 'no-such-pictures'
  | 'unknown-encoder'
  | 'unknown-option';

/** How far ffmpeg is. */
export interface FfmpegProgress {
  readonly frames?: number;
  /** Output time in microseconds. */
  readonly microseconds?: number;
}

/** One line of ffmpeg's stderr, understood. */
export type StderrLine =
  | { readonly kind: 'progress'; readonly progress: FfmpegProgress }
  | { readonly kind: 'log'; readonly level: LogLevel; readonly text: string; readonly event?: FfmpegEvent };

const LEVEL = /\[(panic|fatal|error|warning|info|verbose|debug|trace)\] ?/;
const PROGRESS = /^([a-z][a-z0-9_]*)=\s*(\S*)\s*$/;

/** First match wins; the wording differs little between ffmpeg 4 and 9, and every line here was seen in one of them. */
const EVENTS: readonly (readonly [RegExp, FfmpegEvent])[] = [
  [/No space left on device|Disk quota exceeded/, 'disk-full'],
  [/\b401 \(?Unauthorized|\b403 \(?Forbidden/, 'unauthorized'],
  [/certificate verify failed|certificate (?:is not trusted|has expired)/i, 'untrusted'],
  [/\b404 \(?(?:Stream )?Not Found/i, 'no-stream'],
  [/Connection refused/, 'refused'],
  [/Failed to resolve hostname/, 'unresolved'],
  [/timed out|No route to host|Network is unreachable|Connection reset/i, 'unreachable'],
  [/Permission denied|Read-only file system/, 'permission-denied'],
  [/Device or resource busy/, 'busy'],
  [/Not a video capture device|Inappropriate ioctl|VIDIOC_QUERYCAP/, 'no-device'],
  [/VIDIOC_S_FMT|Cannot find a proper format|does not support (?:this )?(?:pixel )?format/i, 'no-such-pictures'],
  [/Unknown encoder/, 'unknown-encoder'],
  [/Unrecognized option|Option not found/, 'unknown-option'],
  [/matches no streams|does not contain any stream/, 'no-video'],
  [/Picture size \d+x\d+ (?:is invalid|exceeds specified max pixel count)/, 'too-large'],
  [/No such file or directory/, 'not-found'],
  [/misdetection possible/, 'guessed'],
  [/moov atom not found|partial file|(?:ended|ends) prematurely|^(?:\[[^\]]*\] )?Read error/, 'cut-off'],
  [/error while decoding|corrupt|Invalid NAL unit size|missing picture in access unit/i, 'damaged'],
  [/could not find codec parameters/i, 'unknown-codec'],
  [/Invalid data found when processing input/, 'not-media'],
];

/** Reads one line; pure. Lines without a level are taken as `info`. */
export function readStderrLine(line: string): StderrLine {
  const pair = PROGRESS.exec(line);
  if (pair !== null) return { kind: 'progress', progress: progressOf(pair[1] ?? '', pair[2] ?? '') };
  const level = LEVEL.exec(line)?.[1] as LogLevel | undefined;
  const text = line.replace(LEVEL, '').trimEnd();
  const event = level === 'info' ? undefined : EVENTS.find(([pattern]) => pattern.test(text))?.[1];
  return { kind: 'log', level: level ?? 'info', text, ...(event === undefined ? {} : { event }) };
}

function progressOf(key: string, value: string): FfmpegProgress {
  const number = Number(value);
  if (!Number.isFinite(number)) return {};
  if (key === 'frame') return { frames: number };
  // ffmpeg 4 calls microseconds out_time_ms; out_time_us has said what it means since.
  if (key === 'out_time_us' || key === 'out_time_ms') return { microseconds: number };
  return {};
}
