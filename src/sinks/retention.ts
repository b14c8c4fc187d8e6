import { lstat, readdir, rmdir, unlink } from 'node:fs/promises';
import { basename, dirname, extname, join, parse, resolve, sep } from 'node:path';
import { namesTime, timeExpression } from './strftime.js';
import { sidecarOf } from './telemetry-sidecar.js';

/** How much of a row of files is kept: those younger than this, and the newest up to so many bytes. */
export interface Kept {
  readonly seconds?: number | undefined;
  readonly bytes?: number | undefined;
}

interface Found {
  readonly path: string;
  /** Its telemetry, where there is any: it goes with it. */
  readonly sidecar: string | undefined;
  /** Of both. */
  readonly bytes: number;
  /** When it was last written to, in milliseconds of the epoch. */
  readonly at: number;
}

/**
 * Removes the oldest files of a row. Only plain files whose whole path is one that the pattern makes are ever touched,
 * with the numbers that tell files of one name apart, and the telemetry beside them; links are neither followed nor
 * removed. Folders that the pattern
 * names and that have become empty go too.
 *
 * @param pattern with time fields, such as `archive/%Y/%m%d-%H%M%S.mp4`
 * @param current the file that is being written: it counts, and stays
 * @returns what was removed
 * @throws what the file system says where something cannot be read or removed
 */
export async function removeOld(pattern: string, kept: Kept, now: number, current: string): Promise<readonly string[]> {
  const { folder, names } = levelsOf(resolve(pattern));
  const written = resolve(current);
  const rank = ({ path, at }: Found): number => (path === written ? Infinity : at);
  const files = (await filesBelow(folder, names)).sort((a, b) => rank(b) - rank(a));
  const removed: string[] = [];
  let bytes = 0;
  for (const file of files) {
    bytes += file.bytes;
    const tooOld = now - file.at > 1000 * (kept.seconds ?? Infinity);
    const tooMuch = bytes > (kept.bytes ?? Infinity);
    if (file.path === written || !(tooOld || tooMuch)) continue;
    for (const path of [file.path, file.sidecar]) {
      if (path === undefined) continue;
      await unlink(path);
      removed.push(path);
    }
    bytes -= file.bytes;
  }
  await removeEmpty(folder, removed);
  return removed;
}

/** The folder that holds all of them, and what the names below it look like, level by level. */
function levelsOf(pattern: string): { readonly folder: string; readonly names: readonly RegExp[] } {
  const { root } = parse(pattern);
  const parts = pattern.slice(root.length).split(sep);
  const first = parts.findIndex(namesTime);
  const below = parts.slice(first);
  const file = below.pop() ?? '';
  const ending = extname(file);
  return {
    folder: join(root, ...parts.slice(0, first).map((part) => part.replaceAll('%%', '%'))),
    names: [
      ...below.map((part) => new RegExp(`^${timeExpression(part)}$`)),
      new RegExp(`^${timeExpression(basename(file, ending))}(?:-[1-9]\\d{0,3})?${timeExpression(ending)}$`),
    ],
  };
}

async function filesBelow(folder: string, [name, ...deeper]: readonly RegExp[]): Promise<Found[]> {
  if (name === undefined) return [];
  const entries = (await readdir(folder, { withFileTypes: true })).filter((entry) => name.test(entry.name));
  const found = await Promise.all(
    entries.map(async (entry): Promise<Found[]> => {
      const path = join(folder, entry.name);
      if (deeper.length > 0) return entry.isDirectory() ? filesBelow(path, deeper) : [];
      if (!entry.isFile()) return [];
      const { size, mtimeMs } = await lstat(path);
      const beside = await lstat(sidecarOf(path)).catch(() => undefined);
      const sidecar = beside?.isFile() === true ? { path: sidecarOf(path), bytes: beside.size } : undefined;
      return [{ path, sidecar: sidecar?.path, bytes: size + (sidecar?.bytes ?? 0), at: mtimeMs }];
    }),
  );
  return found.flat();
}

async function removeEmpty(top: string, removed: readonly string[]): Promise<void> {
  for (let folders = new Set(removed.map(dirname)); folders.size > 0;) {
    const above = new Set<string>();
    for (const folder of folders) {
      if (folder === top) continue;
      const gone = await rmdir(folder).then(
        () => true,
        () => false, // something is still in it
      );
      if (gone) above.add(dirname(folder));
    }
    folders = above;
  }
}
