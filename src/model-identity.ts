import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DaylitError } from './core/errors.js';
import { parseManifest } from './model/manifest.js';
import { defaultModelFolder } from './model/model-folder.js';

/** File of a model that names all others with their hashes. */
export const MANIFEST = 'model.json';

/** Which model it is, on whatever machine. */
export interface ModelIdentity {
  readonly folder: string;
  /** SHA-256 of model.json, which holds that of every other file. */
  readonly sha256: string;
  /** Files besides model.json. */
  readonly files: readonly ModelFile[];
}

/** One file of a model; its name is a plain one. */
export interface ModelFile {
  readonly name: string;
  readonly sha256: string;
}

/**
 * Which model lies in a folder; the one that ships with daylit if left out.
 * @throws DaylitError MODEL_NOT_FOUND, MODEL_INVALID
 */
export async function modelIdentity(folder = defaultModelFolder()): Promise<ModelIdentity> {
  let text: string;
  try {
    text = await readFile(join(folder, MANIFEST), 'utf8');
  } catch (cause) {
    throw new DaylitError('MODEL_NOT_FOUND', `no model.json in ${folder}`, { cause });
  }
  const sha256 = createHash('sha256').update(text).digest('hex');
  return { folder, sha256, files: filesOfModel(text) };
}

/** The files that a model.json names. @throws DaylitError MODEL_INVALID */
export function filesOfModel(manifest: string): readonly ModelFile[] {
  return Object.entries(parseManifest(manifest).files).map(([name, { sha256 }]) => ({ name, sha256 }));
}
