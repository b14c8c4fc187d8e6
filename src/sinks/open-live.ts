import { rm, stat, writeFile } from 'node:fs/promises';
import { dirname, extname, join, basename, resolve } from 'node:path';
import type { Sink } from '../core/contracts.js';
import { DaylitError } from '../core/errors.js';
import type { ColourFrame, Rational } from '../core/frame.js';
import { redact } from '../core/redact.js';
import type { FfmpegBinary } from '../ffmpeg/binary.js';
import type { FfmpegEnd } from '../ffmpeg/command.js';
import { resolveHost } from '../ffmpeg/resolve-host.js';
import { containerOf } from './containers.js';
import { errnoOf, outputError } from './file-errors.js';
import { hlsOutput, pushOutput, recordingOutput, type LiveOutput } from './live-output-arguments.js';
import { LiveSink, type EncoderRuns } from './live-sink.js';
import { openOutputFolder } from './output-folder.js';
import type { EncodingChoices } from './output-arguments.js';
import { namesTime, strftime } from './strftime.js';

/** Names tried where a recording's own is taken. */
const MOST_NAMES = 1000;

/** What outputs of a running stream are opened with. */
export interface LiveSinkOptions extends EncodingChoices {
  readonly binary: FfmpegBinary;
  /** Of the source, once it is known. */
  readonly frameRate: () => Rational | undefined;
  /** The time of day, for names of recordings. */
  readonly wallClock: () => Date;
  /** After how many seconds, by the time of day, a recording whose name holds a time goes on in another file. */
  readonly segmentSeconds: number;
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
      begin: async (frame) => at(output, (await resolveHost(target).catch(unreachable)).address, frame),
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
  return recordings(target, options);
}

function recordings(pattern: string, options: LiveSinkOptions): EncoderRuns {
  const output = recordingOutput(pattern, options, options.binary);
  const { wallClock, segmentSeconds, frameRate } = options;
  strftime(pattern, wallClock()); // refuses what is no time field before anything is recorded
  let segment: number | undefined;
  let path: string | undefined;
  const current = (): number => segmentAt(wallClock(), segmentSeconds);
  return {
    begin: async (frame) => {
      segment = current();
      path = await freePath(resolve(strftime(pattern, wallClock())));
      return output.at(path, frame, frameRate());
    },
    broken: async () => {
      // What has been recorded stays; what has not need not show.
      if (path !== undefined && (await sizeOf(path)) === 0) await rm(path, { force: true });
    },
    isOver: () => namesTime(pattern) && current() !== segment,
    fromZero: true,
  };
}

/** Segments begin at whole multiples of their length in local time, so that an hour's begin at the full hour. */
export function segmentAt(date: Date, seconds: number): number {
  return Math.floor((date.getTime() - date.getTimezoneOffset() * 60_000) / (seconds * 1000));
}

/** Makes the folder, and an empty file under the first name that is free. */
async function freePath(path: string): Promise<string> {
  await openOutputFolder(dirname(path));
  const ending = extname(path);
  const stem = join(dirname(path), basename(path, ending));
  for (let number = 1; number <= MOST_NAMES; number += 1) {
    const candidate = number === 1 ? path : `${stem}-${number}${ending}`;
    try {
      await writeFile(candidate, '', { flag: 'wx' });
      return candidate;
    } catch (thrown) {
      if (errnoOf(thrown) !== 'EEXIST') throw outputError(thrown, candidate);
    }
  }
  throw new DaylitError('OUTPUT_EXISTS', path);
}

async function sizeOf(path: string): Promise<number | undefined> {
  const facts = await stat(path).catch(() => undefined);
  return facts?.size;
}

function unreachable(thrown: unknown): never {
  throw new DaylitError('OUTPUT_UNREACHABLE', DaylitError.from(thrown).message, { cause: thrown });
}
