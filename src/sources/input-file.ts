import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { DaylitError } from '../core/errors.js';
import type { Size } from '../core/frame.js';

/** Longest side of a picture that is taken. */
const LARGEST_SIDE = 8192;

/** Facts of a local file. Throws INPUT_NOT_FOUND or INPUT_UNREADABLE. */
export async function statInput(path: string): Promise<Stats> {
  let facts: Stats;
  try {
    facts = await stat(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const missing = code === 'ENOENT' || code === 'ENOTDIR';
    throw new DaylitError(missing ? 'INPUT_NOT_FOUND' : 'INPUT_UNREADABLE', path, { cause: error });
  }
  if (facts.isDirectory()) throw new DaylitError('INPUT_UNREADABLE', `${path} is a folder`);
  return facts;
}

/** Throws INPUT_TOO_LARGE for pictures that memory is not meant for. */
export function refuseTooLarge(path: string, size: Size): void {
  if (Math.max(size.width, size.height) <= LARGEST_SIDE) return;
  throw new DaylitError('INPUT_TOO_LARGE', `${path} is ${size.width}×${size.height}`);
}
