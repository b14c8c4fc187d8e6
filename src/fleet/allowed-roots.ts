import { lstat, realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { DaylitError } from '../core/errors.js';
import { isPath } from './camera-job.js';
import {
  bucketRoot,
  isBelow,
  isInBucket,
  objectAddress,
  type BucketRoot,
  type ObjectAddress,
} from './object-address.js';

/** The folders that jobs from the queue may read and write, and the buckets that they may write. */
export class AllowedRoots {
  private constructor(
    private readonly roots: readonly string[],
    private readonly buckets: readonly BucketRoot[],
  ) {}

  /**
   * @param places folders, `s3://bucket` or `s3://bucket/prefix`; none: no path is allowed
   * @throws DaylitError OPTION_INVALID for a folder that there is not
   */
  static async of(places: readonly string[]): Promise<AllowedRoots> {
    const buckets = places.filter(isInBucket).map((place) => {
      const root = bucketRoot(place);
      if (root !== undefined) return root;
      throw new DaylitError('OPTION_INVALID', `--root ${place}: must look like s3://bucket/prefix`);
    });
    const folders = places.filter((place) => !isInBucket(place));
    return new AllowedRoots(await Promise.all(folders.map(realFolder)), buckets);
  }

  get hasBuckets(): boolean {
    return this.buckets.length > 0;
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

  /** The object that a job names. @throws DaylitError JOB_REFUSED where it lies outside of all roots, or is none */
  checkObject(target: string): ObjectAddress {
    const address = objectAddress(target);
    if (address !== undefined && this.buckets.some((root) => isBelow(address, root))) return address;
    throw new DaylitError('JOB_REFUSED', `${target} lies outside of the buckets that this worker may use`);
  }
}

async function realFolder(folder: string): Promise<string> {
  try {
    return await realpath(folder);
  } catch (cause) {
    throw new DaylitError('OPTION_INVALID', `--root ${folder}: there is no such folder`, { cause });
  }
}

/** The same for an input or output that may be an address; a folder keeps the ending by which it is told. */
export async function checkedTarget(target: string, roots: AllowedRoots): Promise<string> {
  if (!isPath(target)) return target;
  const real = await roots.check(target);
  return target.endsWith('/') ? `${real}/` : real;
}

/** Follows links of the part that exists; the rest is to be made. */
async function realpathOfExisting(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    // A link to what is not there yet would be followed when it is written to.
    const found = await lstat(path).catch(() => undefined);
    if (found?.isSymbolicLink() === true) throw new DaylitError('JOB_REFUSED', `${path} is a link that leads nowhere`);
    const parent = dirname(path);
    return parent === path ? path : join(await realpathOfExisting(parent), basename(path));
  }
}

function isInside(path: string, root: string): boolean {
  const way = relative(root, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
