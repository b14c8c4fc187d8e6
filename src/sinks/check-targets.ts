import { readdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { globSync, isDynamicPattern } from 'tinyglobby';
import { DaylitError } from '../core/errors.js';
import { entryAt, isFolder } from '../core/file-entry.js';
import { numberIn, pictureFormatOf, pictureNameFor } from './picture-names.js';
import { kindOfTarget } from './target-kind.js';

/**
 * Refuses outputs that would overwrite one another or what is being read, whatever names and links lead there.
 *
 * @param inputs as given: files, folders, globs; what names no file (`synthetic:street`) is passed over
 * @throws OUTPUT_CONFLICT; OUTPUT_UNSUPPORTED for a target that nothing is known of
 */
export function checkTargets(targets: readonly string[], inputs: readonly string[]): void {
  const files = new Set(inputs.flatMap(filesOf).map(identityOf));
  const seen = new Map<string, string>();
  for (const target of targets) {
    const identity = target === '-' ? target : identityOf(target);
    const same = seen.get(identity);
    if (same !== undefined) throw new DaylitError('OUTPUT_CONFLICT', `${same} and ${target}`);
    seen.set(identity, target);
    const input = inputWrittenOver(target, identity, files);
    if (input !== undefined) throw new DaylitError('OUTPUT_CONFLICT', `${target} would write over the input ${input}`);
    const twin = kindOfTarget(target) === 'folder' ? twinOf(files) : undefined;
    if (twin !== undefined)
      throw new DaylitError('OUTPUT_CONFLICT', `two pictures would be named ${join(target, twin)}`);
  }
}

/** The first input file that this output would replace. */
function inputWrittenOver(target: string, identity: string, files: ReadonlySet<string>): string | undefined {
  switch (kindOfTarget(target)) {
    case 'stdout':
      return undefined;
    case 'picture':
    case 'video':
      return files.has(identity) ? target : undefined;
    case 'folder':
      return [...files]
        .map((file) => join(identity, pictureNameFor({ name: basename(file), sequence: 0 })))
        .find((path) => files.has(path));
    case 'pattern':
      return [...files].find(
        (file) => dirname(file) === dirname(identity) && numberIn(target, basename(file)) !== undefined,
      );
  }
}

/** The name that two pictures of different folders would share in one. */
function twinOf(files: ReadonlySet<string>): string | undefined {
  const names = new Set<string>();
  for (const file of files) {
    if (pictureFormatOf(file) === undefined) continue;
    const name = pictureNameFor({ name: basename(file), sequence: 0 });
    if (names.has(name)) return name;
    names.add(name);
  }
  return undefined;
}

function filesOf(input: string): readonly string[] {
  if (isFolder(input)) return readdirSync(input).map((name) => join(input, name));
  if (entryAt(input) !== undefined) return [input];
  return isDynamicPattern(input) ? globSync(input, { absolute: true }) : [];
}

/** One spelling for each file: links followed as far as the path exists. */
function identityOf(path: string): string {
  const absolute = resolve(path);
  try {
    return realpathSync(absolute);
  } catch {
    const parent = dirname(absolute);
    return parent === absolute ? absolute : join(identityOf(parent), basename(absolute));
  }
}
