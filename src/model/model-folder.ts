import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DaylitError } from '../core/errors.js';
import { packageRoot } from '../core/package-root.js';
import { parseManifest, type Manifest } from './manifest.js';

/** model.json is text for people; one larger than this is something else. */
const MANIFEST_BYTES = 1 << 20;

/** A model read from disk: its manifest and the very bytes whose hashes were checked. */
export interface Model {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly frameGraph: Uint8Array<ArrayBuffer>;
  /** Of models that have it. */
  readonly int8Graph?: Uint8Array<ArrayBuffer>;
  readonly encoderGraph: Uint8Array<ArrayBuffer>;
  readonly nullTokens: Uint8Array<ArrayBuffer>;
}

/** The model that ships with daylit. */
export function defaultModelFolder(): string {
  return join(packageRoot(), 'models', 'live');
}

/**
 * Reads a model folder and checks every file against model.json before anything is loaded from it.
 * @throws DaylitError MODEL_NOT_FOUND, MODEL_INVALID, MODEL_TAMPERED
 */
export async function readModel(folder: string): Promise<Model> {
  const manifest = parseManifest(await readManifestText(folder));
  const read = (name: string): Promise<Uint8Array<ArrayBuffer>> => readChecked(folder, name, manifest);
  const int8 = manifest.graphs.frame.variants?.int8?.file;
  const [frameGraph, encoderGraph, nullTokens, int8Graph] = await Promise.all([
    read(manifest.graphs.frame.file),
    read(manifest.graphs.referenceEncoder.file),
    read(manifest.nullTokens.file),
    int8 === undefined ? undefined : read(int8),
  ]);
  return { folder, manifest, frameGraph, encoderGraph, nullTokens, ...(int8Graph === undefined ? {} : { int8Graph }) };
}

async function readManifestText(folder: string): Promise<string> {
  const path = join(folder, 'model.json');
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() !== true) throw new DaylitError('MODEL_NOT_FOUND', `no model.json in ${folder}`);
  if (found.size > MANIFEST_BYTES) throw new DaylitError('MODEL_INVALID', `${path} is too large for a model.json`);
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new DaylitError('MODEL_NOT_FOUND', `${path} cannot be read`, { cause });
  }
}

async function readChecked(folder: string, name: string, manifest: Manifest): Promise<Uint8Array<ArrayBuffer>> {
  const expected = manifest.files[name];
  const path = join(folder, name);
  const found = await stat(path).catch(() => undefined);
  if (expected === undefined || found?.isFile() !== true) {
    throw new DaylitError('MODEL_TAMPERED', `${path} is missing`);
  }
  if (found.size !== expected.bytes) {
    throw new DaylitError('MODEL_TAMPERED', `${path} has ${found.size} bytes instead of ${expected.bytes}`);
  }
  // Memory of its own, since it will be transferred to the inference thread.
  const bytes = new Uint8Array(
    await readFile(path).catch((cause: unknown) => {
      throw new DaylitError('MODEL_NOT_FOUND', `${path} cannot be read`, { cause });
    }),
  );
  if (createHash('sha256').update(bytes).digest('hex') !== expected.sha256) {
    throw new DaylitError('MODEL_TAMPERED', `${path} has another SHA-256 than model.json says`);
  }
  return bytes;
}
