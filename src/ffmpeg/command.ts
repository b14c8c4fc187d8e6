import ffmpeg from 'fluent-ffmpeg';
import type { Rational } from '../core/frame.js';
import type { FfmpegBinary } from './binary.js';

/** One input or output of an ffmpeg command with the options that stand before it. */
export interface FfmpegEnd {
  /** `fileAddress(path)`, `STDIN`, `STDOUT`, or a URL. */
  readonly address: string;
  readonly options?: readonly string[];
}

/** What ffmpeg is to do, as values. */
export interface FfmpegCommand {
  readonly inputs: readonly FfmpegEnd[];
  /** A filter graph over several inputs, in ffmpeg's own language. */
  readonly filterGraph?: string;
  readonly outputs: readonly FfmpegEnd[];
}

export const STDIN = 'pipe:0';
export const STDOUT = 'pipe:1';

/** A path as ffmpeg takes it literally, whatever colons, dashes or percent signs it holds. */
export function fileAddress(path: string): string {
  return `file:${path}`;
}

/**
 * The arguments of ffmpeg for a command, one array element each, never through a shell. Log lines carry their level
 * and progress arrives as `key=value` lines on stderr, which `stderr.ts` reads. Existing files are written over:
 * whether that is wanted has been decided before.
 */
export function ffmpegArguments(command: FfmpegCommand): string[] {
  const builder = ffmpeg();
  for (const input of command.inputs) {
    builder.input(input.address);
    if (input.options !== undefined && input.options.length > 0) builder.inputOptions(...input.options);
  }
  if (command.filterGraph !== undefined) builder.complexFilter(command.filterGraph);
  for (const output of command.outputs) {
    builder.output(output.address);
    if (output.options !== undefined && output.options.length > 0) builder.outputOptions(...output.options);
  }
  // fluent-ffmpeg's run() first lists ffmpeg's formats and misreads those of ffmpeg 7 and newer; the arguments alone
  // need no such list.
  return [
    '-hide_banner',
    '-loglevel',
    'level+info',
    '-nostats',
    '-progress',
    'pipe:2',
    '-y',
    ...builder._getArguments(),
  ];
}

/**
 * Output options that hand every frame on with its own timestamp, to the tick: no frame is made up or dropped, and the
 * encoder counts in `timeBase` (by default it counts in frames, which rounds variable-rate timestamps). The input side
 * needs `-copyts` too, or times start from 0.
 */
export function exactTiming(binary: Pick<FfmpegBinary, 'passthrough'>, timeBase: Rational): string[] {
  return [...binary.passthrough, '-enc_time_base', `${timeBase.numerator}:${timeBase.denominator}`];
}
