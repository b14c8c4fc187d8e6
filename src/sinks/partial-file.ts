import { randomBytes } from 'node:crypto';
import { link, lstat, open, readdir, realpath, rename, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { DaylitError } from '../core/errors.js';
import { errnoOf, outputError } from './file-errors.js';
import { openOutputFolder, type OutputFolder } from './output-folder.js';
import { partialNameOf, writerOf } from './partial-name.js';

/** A file that grows under a hidden name beside its own, and gets its own when it is complete. */
export interface PartialFile {
  /** Absolute path to write to; an empty file stands there already. */
  readonly path: string;
  /** Makes the content safe on disk and gives the file its name; its size in bytes. Throws OUTPUT_*. */
  finish(): Promise<number>;
  /** Removes it, and the folders made for it. Safe to call twice, and after `finish`, when it does nothing. */
  discard(): Promise<void>;
}

/** Partials of this process, so that those of an earlier process with the same number are told apart (containers). */
const ours = new Set<string>();

/**
 * Begins an output. Nothing appears under `target` before `finish`; what an earlier, killed process left of the same
 * output is removed.
 *
 * @throws OUTPUT_EXISTS where `target` is taken and `overwrite` is not set; OUTPUT_UNWRITABLE, OUTPUT_FULL
 */
export async function beginPartialFile(target: string, options: { readonly overwrite: boolean }): Promise<PartialFile> {
  const { overwrite } = options;
  const final = await destinationOf(target, overwrite);
  const folder = await openOutputFolder(dirname(final));
  try {
    await removeStalePartials(dirname(final), basename(final));
    const path = partialPathOf(final);
    await writeFile(path, '', { flag: 'wx' });
    return partialFile(path, final, { overwrite, folder });
  } catch (thrown) {
    await folder.removeIfMade();
    throw outputError(thrown, target);
  }
}

/** Removes hidden files of dead processes: those of output `name`, or of any output in the folder. */
export async function removeStalePartials(folder: string, name?: string): Promise<void> {
  for (const candidate of await readdir(folder)) {
    const writer = writerOf(candidate, name);
    const path = join(folder, candidate);
    if (writer !== undefined && !ours.has(path) && !isAlive(writer)) await rm(path, { force: true });
  }
}

/** Writes a small file whole: beside, then renamed. Throws OUTPUT_EXISTS, OUTPUT_FULL or OUTPUT_UNWRITABLE. */
export async function writeInPlace(final: string, bytes: Uint8Array, overwrite: boolean): Promise<void> {
  const path = partialPathOf(final);
  try {
    await writeFile(path, bytes, { flag: 'wx' });
    await putInPlace(path, final, overwrite);
  } catch (thrown) {
    await rm(path, { force: true });
    throw outputError(thrown, final);
  } finally {
    ours.delete(path);
  }
}

function partialPathOf(final: string): string {
  const nonce = randomBytes(4).toString('hex');
  const path = join(dirname(final), partialNameOf(basename(final), process.pid, nonce));
  ours.add(path);
  return path;
}

/** Gives a complete file its name. Without `overwrite` an existing file is never replaced, not even in a race. */
async function putInPlace(partial: string, final: string, overwrite: boolean): Promise<void> {
  if (overwrite) return rename(partial, final);
  try {
    // A hard link fails where the name is taken; a rename would replace the file silently.
    await link(partial, final);
    await unlink(partial);
  } catch (thrown) {
    if (errnoOf(thrown) === 'EEXIST') throw outputError(thrown, final);
    // File systems without hard links (FAT, some network shares): the check and the rename are two steps there.
    await refuseExisting(final);
    await rename(partial, final);
  }
}

function partialFile(
  path: string,
  final: string,
  { overwrite, folder }: { readonly overwrite: boolean; readonly folder: OutputFolder },
): PartialFile {
  let finished = false;
  let discarded: Promise<void> | undefined;
  const remove = async (): Promise<void> => {
    await rm(path, { force: true });
    ours.delete(path);
    await folder.removeIfMade();
  };
  return {
    path,
    finish: async () => {
      try {
        const bytes = await synced(path);
        await putInPlace(path, final, overwrite);
        finished = true;
        ours.delete(path);
        return bytes;
      } catch (thrown) {
        throw outputError(thrown, final);
      }
    },
    discard: async () => {
      if (!finished) await (discarded ??= remove());
    },
  };
}

/** Where the file really goes: with `overwrite`, through a symbolic link to the file that it names. */
async function destinationOf(target: string, overwrite: boolean): Promise<string> {
  const path = resolve(target);
  if (!overwrite) await refuseExisting(path);
  const entry = await orAbsent(stat(path), path);
  if (entry?.isFile() === false) throw new DaylitError('OUTPUT_UNWRITABLE', `${target} is not a regular file`);
  return entry === undefined ? path : realpath(path);
}

/** Throws OUTPUT_EXISTS where something of that name is there, even a link to nowhere. */
export async function refuseExisting(final: string): Promise<void> {
  const entry = await orAbsent(lstat(final), final);
  if (entry !== undefined) throw new DaylitError('OUTPUT_EXISTS', final);
}

function orAbsent<T>(entry: Promise<T>, path: string): Promise<T | undefined> {
  return entry.catch((thrown: unknown) => {
    const errno = errnoOf(thrown);
    if (errno === 'ENOENT' || errno === 'ENOTDIR') return undefined;
    throw outputError(thrown, path);
  });
}

/** Size of the file after its content has reached the disk; late write errors (full disk) come out here. */
async function synced(path: string): Promise<number> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
    return (await file.stat()).size;
  } finally {
    await file.close();
  }
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return false; // an earlier process of our number: ours are known
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return errnoOf(thrown) === 'EPERM';
  }
}
