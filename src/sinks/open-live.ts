import { dirname, resolve } from 'node:path';
import type { Sink } from '../core/contracts.js';
import { DaylitError } from '../core/errors.js';
import type { ColourFrame, Rational } from '../core/frame.js';
import { redact } from '../core/redact.js';
import type { FfmpegBinary } from '../ffmpeg/binary.js';
import type { FfmpegEnd } from '../ffmpeg/command.js';
import { reachable } from '../ffmpeg/resolve-host.js';
import { containerOf } from './containers.js';
import { hlsOutput, pushOutput, recordingOutput, type LiveOutput } from './live-output-arguments.js';
import { LiveSink, type EncoderRuns } from './live-sink.js';
import { openOutputFolder } from './output-folder.js';
import { recordingRuns, type RecordingOptions } from './recordings.js';

/** How long a receiver may take to be connected to, in milliseconds. */
const CONNECT_MS = 5000;

/** What outputs of a running stream are opened with. */
export interface LiveSinkOptions extends RecordingOptions {
  readonly binary: FfmpegBinary;
  /** Of the source, once it is known. */
  readonly frameRate: () => Rational | undefined;
}

/** Whether a target is one that {@link openLiveSink} opens: a URL, a playlist or a recording. */
export function isLiveTarget(target: string): boolean {
  return target.includes('://') || target.endsWith('.m3u8') || containerOf(target) !== undefined;
}

/**
 * Opens an output of a running stream by what its name says: an address to push to (rtsp, rtmp, srt, udp), a playlist
 * for web players (`web/index.m3u8`), or a recording (`out.mp4`, or `archive/%Y%m%d-%H%M%S.mp4` for one file after the
 * other). Nothing is connected or written before the first frame. A recording never replaces a file: where its name is
 * taken, `-2`, `-3` … is added.
 *
 * @throws DaylitError OUTPUT_UNSUPPORTED, OPTION_INVALID, FFMPEG_UNSUPPORTED
 */
export function openLiveSink(target: string, options: LiveSinkOptions): Sink {
  const runs = runsOf(target, options);
  return new LiveSink(redact(target), options.binary.path, runs);
}

function runsOf(target: string, options: LiveSinkOptions): EncoderRuns {
  const { binary, frameRate } = options;
  const never = (): boolean => false;
  const at = (output: LiveOutput, address: string, frame: ColourFrame): FfmpegEnd =>
    output.at(address, frame, frameRate());
  if (target.includes('://')) {
    const output = pushOutput(target, options, binary);
    // The name is resolved each time, since receivers move.
    return {
      begin: async (frame) =>
        at(output, (await reachable(target, { timeoutMs: CONNECT_MS }).catch(unreachable)).address, frame),
      isOver: never,
      fromZero: false,
    };
  }
  if (target.endsWith('.m3u8')) {
    const output = hlsOutput(options, binary);
    const path = resolve(target);
    return {
      begin: async (frame) => {
        await openOutputFolder(dirname(path));
        return at(output, path, frame);
      },
      isOver: never,
      fromZero: false,
    };
  }
  const output = recordingOutput(target, options, binary);
  return recordingRuns(target, options, (path, frame) => at(output, path, frame));
}

function unreachable(thrown: unknown): never {
  if (DaylitError.from(thrown).code === 'CERTIFICATE_REFUSED') throw thrown;
  throw new DaylitError('OUTPUT_UNREACHABLE', DaylitError.from(thrown).message, { cause: thrown });
}
