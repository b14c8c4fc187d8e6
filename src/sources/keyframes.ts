import type { BufferPool } from '../core/buffer-pool.js';
import type { Clock } from '../core/clock.js';
import { DaylitError } from '../core/errors.js';
import type { Rational } from '../core/frame.js';
import type { FfmpegBinary } from '../ffmpeg/binary.js';
import { exactTiming, ffmpegArguments, STDOUT } from '../ffmpeg/command.js';
import { probeVideo } from '../ffmpeg/probe.js';
import { decodedFrames } from './ffmpeg-source.js';
import { fileInput } from './input-arguments.js';
import { statInput } from './input-file.js';

/** Side in pixels to which keyframes are shrunk: only their times are wanted. */
const SIDE = 16;

/** Where a recording can be entered. */
export interface Keyframes {
  readonly timeBase: Rational;
  /** Presentation times in ticks of `timeBase`, rising. */
  readonly pts: readonly number[];
}

/**
 * Times of a video file's keyframes. Only these are decoded, since no ffmpeg before 5 lists them otherwise with exact
 * presentation times.
 *
 * @throws DaylitError of the INPUT and FFMPEG families
 */
export async function findKeyframes(
  path: string,
  { binary, pool, clock }: { readonly binary: FfmpegBinary; readonly pool: BufferPool; readonly clock: Clock },
): Promise<Keyframes> {
  await statInput(path);
  const { address, options = [] } = fileInput(path);
  const answer = await probeVideo(binary, { address, options });
  if (answer.video === undefined) throw new DaylitError('INPUT_UNREADABLE', path, { cause: answer.failure });
  const { timeBase } = answer.video;
  const pictures = ['-map', '0:V:0', '-vf', `scale=${SIDE}:${SIDE},format=gray`, '-c:v', 'rawvideo', '-f', 'nut'];
  const args = ffmpegArguments({
    inputs: [{ address, options: [...options, '-skip_frame', 'nokey'] }],
    outputs: [{ address: STDOUT, options: [...exactTiming(binary, timeBase), ...pictures] }],
  });
  const pts: number[] = [];
  for await (const frame of decodedFrames({ binary, args, timeBase, pool, clock })) {
    pts.push(frame.pts);
    frame.release();
  }
  if (pts.length === 0) throw new DaylitError('INPUT_EMPTY', path);
  return { timeBase, pts };
}
