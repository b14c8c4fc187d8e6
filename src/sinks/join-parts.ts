import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { SourceInfo } from '../core/contracts.js';
import { DaylitError } from '../core/errors.js';
import type { Size } from '../core/frame.js';
import type { FfmpegBinary } from '../ffmpeg/binary.js';
import { ffmpegArguments, fileAddress } from '../ffmpeg/command.js';
import { startFfmpeg } from '../ffmpeg/process.js';
import { chooseEncoding, joinOptions, type EncodingChoices } from './output-arguments.js';
import { beginPartialFile } from './partial-file.js';
import { refineTimes } from './quicktime-times.js';

/** A video file that holds one part of the pictures. */
export interface PartFile {
  readonly path: string;
  /** Presentation time of its first picture, in ticks of the source. */
  readonly from: number;
}

/** What parts are joined with; the encoding is the one that they were made with. */
export interface JoinOptions extends EncodingChoices {
  readonly binary: FfmpegBinary;
  /** Whose other tracks come along. */
  readonly source: Pick<SourceInfo, 'timeBase' | 'container'>;
  readonly size: Size;
  readonly synthesised: 'model' | 'palette';
  readonly overwrite: boolean;
  readonly signal?: AbortSignal;
  /** Asked right before the file gets its name; a rejection keeps it from appearing. */
  readonly mayFinish: () => Promise<void>;
}

/**
 * Parts of one recording, coded alike, as one file with the times that they would have had unsplit; nothing is coded
 * again. ffmpeg's concat reader places each part by the length of those before it, which is why lengths are given to
 * it exactly instead of being read from the parts.
 *
 * @returns bytes of the file
 * @throws OUTPUT_*, FFMPEG_FAILED, and what `mayFinish` rejects with; then nothing stands under the target's name
 */
export async function joinParts(parts: readonly PartFile[], target: string, options: JoinOptions): Promise<number> {
  const { binary, source, signal, size, synthesised, overwrite, mayFinish } = options;
  const [first] = parts;
  if (first === undefined) throw new DaylitError('INPUT_EMPTY', target);
  const { numerator, denominator } = source.timeBase;
  const secondsAt = (pts: number): number => Math.round((1e6 * pts * numerator) / denominator) / 1e6;
  const folder = await mkdtemp(join(tmpdir(), 'daylit-join-'));
  const file = await beginPartialFile(target, { overwrite });
  try {
    const list = join(folder, 'parts.ffconcat');
    await writeFile(list, concatList(parts, secondsAt));
    const encoding = chooseEncoding(target, options, undefined);
    const frame = { size, timeBase: source.timeBase, marks: { synthesised } };
    const others = source.container;
    const ffmpeg = startFfmpeg(
      binary.path,
      ffmpegArguments({
        inputs: [
          {
            address: fileAddress(list),
            options: ['-copyts', '-itsoffset', secondsAt(first.from).toFixed(6), '-f', 'concat', '-safe', '0'],
          },
          ...(others === undefined ? [] : [{ address: fileAddress(others.path), options: ['-copyts'] }]),
        ],
        outputs: [
          {
            address: fileAddress(file.path),
            options: joinOptions(encoding, frame, others?.tracks ?? { audio: [], subtitles: [] }, binary),
          },
        ],
      }),
    );
    const abort = (): void => void ffmpeg.kill();
    signal?.addEventListener('abort', abort, { once: true });
    await ffmpeg.finished;
    signal?.removeEventListener('abort', abort);
    if (signal?.aborted === true) throw new DaylitError('INTERRUPTED', target);
    if (encoding.container.startsInMovieTicks === true && !binary.movieTimescale) {
      await refineTimes(file.path, first.from * numerator, denominator);
    }
    await mayFinish();
    return await file.finish();
  } catch (thrown) {
    await file.discard();
    throw thrown;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function concatList(parts: readonly PartFile[], secondsAt: (pts: number) => number): string {
  const lines = parts.flatMap(({ path, from }, index) => {
    const next = parts[index + 1];
    const name = `file '${fileAddress(resolve(path)).replaceAll("'", String.raw`'\''`)}'`;
    return next === undefined ? [name] : [name, `duration ${(secondsAt(next.from) - secondsAt(from)).toFixed(6)}`];
  });
  return `${['ffconcat version 1.0', ...lines].join('\n')}\n`;
}
