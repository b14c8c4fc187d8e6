import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { DaylitError } from '../core/errors.js';
import { keepSecret } from '../core/redact.js';
import { MOST_BYTES, parseCamerasFile, type CamerasFile, type Parsed } from './parse.js';
import { problemsError } from './problems.js';
import type { Variables } from './variables.js';

/** Whether an argument names a cameras file rather than a camera. */
export function namesCamerasFile(argument: string): boolean {
  return /\.ya?ml$/i.test(argument) && !argument.includes('://');
}

/** The text of a cameras file. @throws DaylitError CONFIG_UNREADABLE */
export async function readText(path: string): Promise<string> {
  try {
    const facts = await stat(path);
    if (!facts.isFile()) throw new Error('it is no file');
    if (facts.size > MOST_BYTES) throw new Error(`it has ${facts.size} bytes; at most ${MOST_BYTES} are read`);
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
  } catch (thrown) {
    throw unreadable(path, thrown);
  }
}

/** What is in a cameras file, or what is wrong with it. @throws DaylitError CONFIG_UNREADABLE */
export async function checkCamerasFile(path: string, variables: Variables): Promise<Parsed> {
  return parse(path, await readText(path), variables);
}

/** @throws DaylitError CONFIG_UNREADABLE; else the code of the first fault, with all of them */
export async function readCamerasFile(path: string, variables: Variables): Promise<CamerasFile> {
  return accepted(path, await checkCamerasFile(path, variables));
}

/** The file of a text that stands, or is to stand, at a path. */
export function parse(path: string, text: string, variables: Variables): Parsed {
  const parsed = parseCamerasFile(text, dirname(resolve(path)), variables);
  if ('file' in parsed) keepSecret(parsed.file.secrets);
  return parsed;
}

/** @throws DaylitError with all faults */
export function accepted(path: string, parsed: Parsed): CamerasFile {
  if ('problems' in parsed) throw problemsError(path, parsed.problems);
  return parsed.file;
}

/** What the system says about a file, without its stack. */
export function unreadable(path: string, thrown: unknown): DaylitError {
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  return new DaylitError('CONFIG_UNREADABLE', `${path}: ${reason}`, { cause: thrown });
}
