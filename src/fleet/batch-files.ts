import { basename, dirname, extname, join, relative, resolve } from 'node:path';
import { globSync, isDynamicPattern } from 'tinyglobby';
import { DaylitError } from '../core/errors.js';
import { bucketRoot, isInBucket } from './object-address.js';

/** Video files that an archive of recordings holds. */
const RECORDINGS = new Set(['.mp4', '.mkv', '.mov', '.ts', '.avi', '.m4v', '.mpg']);
/** Endings that an output may have; other recordings become MP4. */
const KEPT_ENDINGS = new Set(['.mp4', '.mkv', '.mov', '.ts']);

/** A recording of a batch and where its result goes. */
export interface BatchFile {
  readonly input: string;
  readonly output: string;
}

/**
 * The recordings that are named, each with its output: laid out below `place` as the recordings are below what they
 * have in common.
 *
 * @param place a folder, or `s3://bucket/prefix`
 * @throws DaylitError INPUT_NOT_FOUND, OPTION_INVALID, OUTPUT_CONFLICT
 */
export function batchFiles(inputs: readonly string[], place: string): readonly BatchFile[] {
  const below = placed(place);
  const files = recordingsOf(inputs, isInBucket(place) ? undefined : resolve(place));
  const base = files.map(dirname).reduce(commonFolder);
  const pairs = files.map((input) => {
    const ending = extname(input);
    const kept = KEPT_ENDINGS.has(ending.toLowerCase()) ? ending : '.mp4';
    return { input, output: below(join(relative(base, dirname(input)), basename(input, ending) + kept)) };
  });
  const outputs = pairs.map(({ output }) => output);
  const twin = outputs.find((output, index) => outputs.indexOf(output) !== index);
  if (twin !== undefined) throw new DaylitError('OUTPUT_CONFLICT', twin);
  return pairs;
}

function placed(place: string): (path: string) => string {
  const root = bucketRoot(place);
  if (root !== undefined) return (path) => `s3://${root.bucket}/${root.prefix}${path}`;
  if (place.includes('://'))
    throw new DaylitError('OPTION_INVALID', `--output ${place}: must be a folder that all workers share, or s3://…`);
  return (path) => join(resolve(place), path);
}

/** What is named, without earlier results: the folder of the results may lie among the recordings. */
function recordingsOf(inputs: readonly string[], results: string | undefined): readonly string[] {
  const files = inputs.flatMap((input) => {
    const found = globSync(isDynamicPattern(input) ? input : [input, `${input}/**/*`], { absolute: true, dot: false });
    const recordings = found.filter(
      (path) =>
        RECORDINGS.has(extname(path).toLowerCase()) &&
        (results === undefined || relative(results, path).startsWith('..')),
    );
    if (recordings.length === 0) throw new DaylitError('INPUT_NOT_FOUND', `${input} names no recordings`);
    return recordings;
  });
  return [...new Set(files)].sort();
}

function commonFolder(a: string, b: string): string {
  return relative(a, b).startsWith('..') ? commonFolder(dirname(a), b) : a;
}
