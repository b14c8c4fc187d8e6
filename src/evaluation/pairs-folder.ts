import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, parse, resolve } from 'node:path';
import { DaylitError } from '../core/errors.js';

/** A thermal picture and the daylight picture of the same view. */
export interface Pair {
  /** File name without ending: `road-012`. */
  readonly name: string;
  /** Where it was taken, or by what camera; figures are given site by site. */
  readonly site: string;
  /** Neighbouring pictures of one place. */
  readonly block: string;
  /** Paths of the files. */
  readonly thermal: string;
  readonly visible: string;
}

const PICTURE = /\.(?:png|jpe?g|tiff?|webp|avif)$/i;

/**
 * Finds the pairs of a folder that holds `thermal/` and `visible/`, with files of the same name (endings may differ),
 * in the order of their names by code unit. `index.csv` beside the folder, where there is one, gives columns `name`,
 * `site` and `scene_block`; without it the site is what stands before the last hyphen of the name, and every picture
 * is a block of its own.
 *
 * @throws DaylitError INPUT_NOT_FOUND, INPUT_EMPTY, INPUT_UNREADABLE
 */
export async function findPairs(folder: string): Promise<readonly Pair[]> {
  const [thermal, visible] = await Promise.all([
    picturesIn(join(folder, 'thermal')),
    picturesIn(join(folder, 'visible')),
  ]);
  const index = await readIndex(join(dirname(resolve(folder)), 'index.csv'));
  const pairs = [...thermal].flatMap(([name, path]): Pair[] => {
    const partner = visible.get(name);
    if (partner === undefined) return [];
    const { site = siteOf(name, folder), block = name } = index.get(name) ?? {};
    return [{ name, site, block, thermal: path, visible: partner }];
  });
  if (pairs.length === 0) throw new DaylitError('INPUT_EMPTY', `${folder} has no pairs of the same name`);
  return pairs.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Paths of the pictures of a folder by their names without ending. */
async function picturesIn(folder: string): Promise<ReadonlyMap<string, string>> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new DaylitError('INPUT_NOT_FOUND', folder, {
      cause,
      hint: 'A pairs folder holds thermal/ and visible/ with pictures of the same names.',
    });
  });
  return new Map(names.filter((name) => PICTURE.test(name)).map((name) => [parse(name).name, join(folder, name)]));
}

function siteOf(name: string, folder: string): string {
  const hyphen = name.lastIndexOf('-');
  return hyphen > 0 ? name.slice(0, hyphen) : basename(resolve(folder));
}

interface Entry {
  readonly site?: string;
  readonly block?: string;
}

async function readIndex(path: string): Promise<ReadonlyMap<string, Entry>> {
  const text = await readFile(path, 'utf8').catch((thrown: unknown) => {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new DaylitError('INPUT_UNREADABLE', path, { cause: thrown });
  });
  if (text === undefined) return new Map();
  const [header = [], ...rows] = text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .map((line) => line.split(','));
  const column = (name: string): number => header.indexOf(name);
  if (column('name') < 0) {
    throw new DaylitError('INPUT_UNREADABLE', `${path} has no column "name"`, {
      hint: 'Its first line names the columns: name, site and scene_block, parted by commas.',
    });
  }
  return new Map(
    rows.map((row) => {
      const [name = '', site, block] = ['name', 'site', 'scene_block'].map((title) => row[column(title)] || undefined);
      return [name, { ...(site === undefined ? {} : { site }), ...(block === undefined ? {} : { block }) }];
    }),
  );
}
