import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { copyOfTiny } from './models.js';

/** A tiny model whose model.json tells where its frame graph may be cut in two. */
export async function cutModel(t: TestContext, drawn: Record<string, string> = { maps: 'present', low: 'low' }) {
  const folder = await copyOfTiny(t);
  const path = join(folder, 'model.json');
  const manifest = JSON.parse(await readFile(path, 'utf8')) as { graphs: { frame: Record<string, unknown> } };
  manifest.graphs.frame['drawn'] = drawn;
  await writeFile(path, JSON.stringify(manifest));
  return folder;
}
