import { writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { DaylitError } from '../core/errors.js';
import { errnoOf, outputError } from './file-errors.js';
import { openOutputFolder } from './output-folder.js';

/** Names tried where a file's own is taken. */
const MOST_NAMES = 1000;

/**
 * Makes the folder, and an empty file under the first name that is free: the path's own, else with `-2`, `-3` … added.
 * @throws DaylitError OUTPUT_UNWRITABLE, OUTPUT_FULL, OUTPUT_EXISTS
 */
export async function takeFreePath(path: string): Promise<string> {
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
