import { access, constants, mkdir, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DaylitError } from '../core/errors.js';
import { errnoOf, outputError } from './file-errors.js';

/** A folder that an output is written to. */
export interface OutputFolder {
  /** Removes the folders that were made for this output, as far as they are empty. */
  removeIfMade(): Promise<void>;
}

/** Makes the folder and those above it where they are missing. Throws OUTPUT_UNWRITABLE. */
export async function openOutputFolder(path: string): Promise<OutputFolder> {
  const outermost = await mkdir(path, { recursive: true }).catch((thrown: unknown) => {
    // A file in the way comes as EEXIST, which would read as if the output itself were there already.
    if (errnoOf(thrown) === 'EEXIST') throw new DaylitError('OUTPUT_UNWRITABLE', `${path} is not a folder`);
    throw outputError(thrown, path);
  });
  await access(path, constants.W_OK).catch((thrown: unknown) => {
    throw outputError(thrown, path);
  });
  return {
    removeIfMade: async () => {
      if (outermost === undefined) return;
      try {
        for (let folder = path; folder.length >= outermost.length; folder = dirname(folder)) await rmdir(folder);
      } catch {
        // Somebody has put something in: then it stays.
      }
    },
  };
}
