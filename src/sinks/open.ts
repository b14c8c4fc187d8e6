import { extname } from 'node:path';
import type { Writable } from 'node:stream';
import type { Sink, SourceInfo } from '../core/contracts.js';
import { DaylitError } from '../core/errors.js';
import type { Notify } from '../core/notices.js';
import type { FfmpegBinary } from '../ffmpeg/binary.js';
import { checkTargets } from './check-targets.js';
import { FfmpegSink } from './ffmpeg-sink.js';
import { ImagesSink } from './images.js';
import type { EncodingChoices } from './output-arguments.js';
import { manyFrames, SinglePictureSink } from './single-picture.js';
import { StdoutSink, type StdoutFormat } from './stdout.js';
import { sidecarOf, sidecarOfPictures, WithSidecar } from './telemetry-sidecar.js';
import { kindOfTarget, type TargetKind } from './target-kind.js';

export { checkTargets } from './check-targets.js';

/** What outputs are opened with. */
export interface SinkOptions extends EncodingChoices {
  /** Asked for only where a video is coded. */
  readonly binary: () => Promise<FfmpegBinary>;
  readonly source: SourceInfo;
  readonly notify: Notify;
  /** Of `-`; NUT if left out. */
  readonly format?: StdoutFormat | undefined;
  /** Replaces outputs that exist. */
  readonly overwrite?: boolean | undefined;
  /** Where `-` goes; this process's standard output if left out. */
  readonly stdout?: Writable | undefined;
}

type Opener = (target: string, options: SinkOptions) => Promise<Sink>;

const OPENERS: Readonly<Record<TargetKind, Opener>> = {
  stdout: openStdout,
  folder: async (target, options) => withPictureSidecar(await ImagesSink.inFolder(target, replacing(options)), options),
  pattern: async (target, options) =>
    withPictureSidecar(await ImagesSink.byPattern(target, replacing(options)), options),
  picture: openPicture,
  video: openVideo,
};

/**
 * Opens an output by what its name says: `-`, a folder (`out/`), numbered pictures (`out/%05d.png`), one picture
 * (`out.png`) or a video (`out.mp4`, .mkv, .mov, .ts). Nothing appears under its name before it is finished.
 *
 * @throws OUTPUT_UNSUPPORTED, OUTPUT_CONFLICT (output is input), OUTPUT_EXISTS, OUTPUT_UNWRITABLE, OUTPUT_FULL,
 * OPTION_INVALID, and for videos FFMPEG_NOT_FOUND or FFMPEG_UNSUPPORTED
 */
export async function openSink(target: string, options: SinkOptions): Promise<Sink> {
  const { label, container } = options.source;
  checkTargets([target], container === undefined ? [label] : [label, container.path]);
  return OPENERS[kindOfTarget(target)](target, options);
}

function openStdout(_target: string, { format = 'nut', stdout = process.stdout }: SinkOptions): Promise<Sink> {
  if ('isTTY' in stdout && stdout.isTTY === true) {
    const error = new DaylitError('OUTPUT_UNSUPPORTED', 'standard output is a terminal', {
      hint: 'Pipe it into another program, such as ffplay -f nut -',
    });
    return Promise.reject(error);
  }
  return Promise.resolve(new StdoutSink(stdout, format));
}

async function openVideo(target: string, { binary, ...options }: SinkOptions): Promise<Sink> {
  const sink = await FfmpegSink.open(target, { ...options, ...replacing(options), binary: await binary() });
  // A transport stream carries it itself.
  const beside = options.source.telemetry !== undefined && extname(target).toLowerCase() !== '.ts';
  return beside ? WithSidecar.open(sink, sidecarOf(target), replacing(options)) : sink;
}

function withPictureSidecar(sink: Sink, options: SinkOptions): Promise<Sink> {
  if (options.source.telemetry === undefined) return Promise.resolve(sink);
  return WithSidecar.open(sink, sidecarOfPictures(sink.target), replacing(options));
}

function replacing({ overwrite = false }: Pick<SinkOptions, 'overwrite'>): { readonly overwrite: boolean } {
  return { overwrite };
}

async function openPicture(target: string, { source, overwrite = false }: SinkOptions): Promise<Sink> {
  if (source.frameCount !== undefined && source.frameCount > 1) throw manyFrames(target);
  return SinglePictureSink.open(target, { overwrite });
}
