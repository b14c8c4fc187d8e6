/** How grave ffmpeg says a line is. */
export type LogLevel = 'panic' | 'fatal' | 'error' | 'warning' | 'info' | 'verbose' | 'debug' | 'trace';

/** Things ffmpeg prints that decide what an error is called. */
export type FfmpegEvent =
  | 'disk-full'
  | 'not-found'
  | 'permission-denied'
  | 'not-media'
  | 'no-video'
  | 'damaged'
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
  [/No space left on device|Disk quota exceeded/i, 'disk-full'],
  [/Permission denied|Read-only file system/i, 'permission-denied'],
  [/Unknown encoder|Encoder not found|encoder .* not found/i, 'unknown-encoder'],
  [/Unrecognized option|Option not found|Error splitting the argument list/i, 'unknown-option'],
  [/matches no streams|does not contain any stream/i, 'no-video'],
  [/No such file or directory/i, 'not-found'],
  [/moov atom not found|partial file|stream \d+, offset 0x[0-9a-f]+: |Truncat|truncated/i, 'damaged'],
  [/error while decoding|corrupt|Invalid NAL unit size|missing picture in access unit|concealing/i, 'damaged'],
  [/Error submitting packet to decoder|Error while decoding stream|Error during demuxing/i, 'damaged'],
  [/Invalid data found when processing input|Unknown input format|could not find codec parameters/i, 'not-media'],
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
