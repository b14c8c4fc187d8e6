import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { packageRoot } from '../../src/core/package-root.js';

/** Folder of a tiny model: see test/fixtures/models/make_tiny.py. */
export function tinyModel(
  name: 'tiny' | 'wrong-shapes' | 'not-finite' | 'one-colour' | 'off' | 'two-graphs' | 'two-that-differ' = 'tiny',
): string {
  return join(packageRoot(), 'test', 'fixtures', 'models', name);
}

/** The text of the tiny model's model.json. */
export function tinyManifestText(): Promise<string> {
  return readFile(join(tinyModel(), 'model.json'), 'utf8');
}

/** A folder that is gone after the test. */
export async function scratchFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'daylit-model-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A copy of a tiny model to be damaged. */
export async function copyOfTiny(t: TestContext, name: Parameters<typeof tinyModel>[0] = 'tiny'): Promise<string> {
  const folder = await scratchFolder(t);
  await cp(tinyModel(name), folder, { recursive: true });
  return folder;
}

/** Puts other bytes in place of a model's file and makes model.json agree. */
export async function replaceFile(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  await writeFile(join(folder, name), bytes);
  const path = join(folder, 'model.json');
  const manifest = JSON.parse(await readFile(path, 'utf8')) as { files: Record<string, unknown> };
  manifest.files[name] = { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
  await writeFile(path, JSON.stringify(manifest));
}
