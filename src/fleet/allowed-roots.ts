import { realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { DaylitError } from '../core/errors.js';

/** The folders that jobs from the queue may read and write. */
export class AllowedRoots {
  private constructor(private readonly roots: readonly string[]) {}

  /** @throws DaylitError OPTION_INVALID for a folder that there is not, or none at all */
  static async of(folders: readonly string[]): Promise<AllowedRoots> {
    if (folders.length === 0) {
      throw new DaylitError('OPTION_INVALID', '--root: no folder is named that jobs may use', {
        hint: 'Name the folders of recordings and results, as --root /srv/archive.',
      });
    }
    const roots = folders.map(async (folder) => {
      try {
        return await realpath(folder);
      } catch (cause) {
        throw new DaylitError('OPTION_INVALID', `--root ${folder}: there is no such folder`, { cause });
      }
    });
    return new AllowedRoots(await Promise.all(roots));
  }

  /**
   * The real path behind a job's, links followed as far as it exists.
   * @throws DaylitError JOB_REFUSED where it lies outside of all roots, or is no absolute path
   */
  async check(path: string): Promise<string> {
    if (!isAbsolute(path) || path.includes('\0')) throw new DaylitError('JOB_REFUSED', `${path} is no absolute path`);
    const real = await realpathOfExisting(resolve(path));
    if (this.roots.some((root) => isInside(real, root))) return real;
    throw new DaylitError('JOB_REFUSED', `${path} lies outside of the folders that this worker may use`);
  }
}

/** Follows links of the part that exists; the rest is to be made. */
async function realpathOfExisting(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(await realpathOfExisting(parent), basename(path));
  }
}

function isInside(path: string, root: string): boolean {
  const way = relative(root, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
