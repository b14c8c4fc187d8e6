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
  folder: (target, { overwrite = false }) => ImagesSink.inFolder(target, { overwrite }),
  pattern: (target, { overwrite = false }) => ImagesSink.byPattern(target, { overwrite }),
  picture: openPicture,
  video: async (target, { overwrite = false, binary, ...options }) =>
    FfmpegSink.open(target, { ...options, overwrite, binary: await binary() }),
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

async function openPicture(target: string, { source, overwrite = false }: SinkOptions): Promise<Sink> {
  if (source.frameCount !== undefined && source.frameCount > 1) throw manyFrames(target);
  return SinglePictureSink.open(target, { overwrite });
}
