import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, suite, test } from 'node:test';
import { silent, type Notify } from '../../src/core/notices.js';
import { parseManifest, type Manifest } from '../../src/model/manifest.js';
import { ReferenceCache } from '../../src/model/reference-cache.js';
import type { Tokens } from '../../src/model/tokens.js';
import { scratchFolder, tinyManifestText } from '../fakes/models.js';

let manifest: Manifest;
const photo = (value: number): Uint8Array<ArrayBuffer> => new Uint8Array(12).fill(value);

/** A cache over an encoder that counts its calls. */
function counting(folder: string | false, notify: Notify = silent): { cache: ReferenceCache; calls: () => number } {
  let calls = 0;
  const encode = (pixels: Uint8Array): Promise<Tokens> => {
    calls += 1;
    if (pixels[0] === 13 && calls === 1) return Promise.reject(new Error('unlucky'));
    const cells = { data: new Float32Array(12).fill(pixels[0] ?? 0), shape: [1, 4, 3] };
    return Promise.resolve({
      keys: cells,
      values: cells,
      colours: cells,
      stats: { data: new Float32Array(24), shape: [1, 1, 24] },
    });
  };
  return { cache: new ReferenceCache({ manifest, folder, encode, notify }), calls: () => calls };
}

suite('reference cache', () => {
  before(async () => {
    manifest = parseManifest(await tinyManifestText());
  });

  test('a photo is encoded once, then remembered', async () => {
    const { cache, calls } = counting(false);
    const first = await cache.get(photo(1));
    const again = await cache.get(photo(1));
    const other = await cache.get(photo(2));
    assert.deepEqual([first.from, again.from, other.from, calls()], ['model', 'memory', 'model', 2]);
    assert.equal(again.tokens, first.tokens);
    assert.notEqual(other.key, first.key);
  });

  test('those who ask while it is being encoded share the work', async () => {
    const { cache, calls } = counting(false);
    const [a, b] = await Promise.all([cache.get(photo(1)), cache.get(photo(1))]);
    assert.equal(a, b);
    assert.equal(calls(), 1);
  });

  test('a failure is not remembered', async () => {
    const { cache, calls } = counting(false);
    await assert.rejects(cache.get(photo(13)), /unlucky/);
    assert.equal((await cache.get(photo(13))).from, 'model');
    assert.equal(calls(), 2);
  });

  test('the next process finds it on disk', async (t) => {
    const folder = join(await scratchFolder(t), 'made', 'on', 'demand');
    const { tokens } = await counting(folder).cache.get(photo(1));
    const { cache, calls } = counting(folder);
    const found = await cache.get(photo(1));
    assert.deepEqual([found.from, calls()], ['disk', 0]);
    assert.deepEqual(found.tokens, tokens);
  });

  test('another encoder does not find it', async (t) => {
    const folder = await scratchFolder(t);
    await counting(folder).cache.get(photo(1));
    const { file } = manifest.graphs.referenceEncoder;
    const retrained = { ...manifest, files: { ...manifest.files, [file]: { bytes: 1, sha256: '0'.repeat(64) } } };
    let encoded = 0;
    const { tokens } = await counting(false).cache.get(photo(1));
    const encode = (): Promise<Tokens> => {
      encoded += 1;
      return Promise.resolve(tokens);
    };
    await new ReferenceCache({ manifest: retrained, folder, encode, notify: silent }).get(photo(1));
    assert.equal(encoded, 1);
  });

  test('a damaged file is encoded again and mended', async (t) => {
    const folder = await scratchFolder(t);
    await counting(folder).cache.get(photo(1));
    const [name = ''] = await readdir(folder);
    const healthy = await readFile(join(folder, name));
    for (const damaged of [healthy.subarray(0, 50), Buffer.from('rubbish'), Buffer.alloc(0)]) {
      await writeFile(join(folder, name), damaged);
      const { cache, calls } = counting(folder);
      assert.equal((await cache.get(photo(1))).from, 'model');
      assert.equal(calls(), 1);
      assert.deepEqual(await readFile(join(folder, name)), healthy);
    }
  });

  test('a folder that cannot be written is told once and harms nothing', async (t) => {
    const file = join(await scratchFolder(t), 'file');
    await writeFile(file, '');
    const told: string[] = [];
    const { cache } = counting(join(file, 'below'), ({ kind }) => told.push(kind));
    await cache.get(photo(1));
    await cache.get(photo(2));
    assert.deepEqual(told, ['reference']);
  });

  test('the folder does not grow without end', async (t) => {
    const folder = await scratchFolder(t);
    await Promise.all(Array.from({ length: 300 }, (_, index) => writeFile(join(folder, `${index}.tokens`), '')));
    await writeFile(join(folder, 'unrelated'), '');
    const { key } = await counting(folder).cache.get(photo(1));
    const left = await readdir(folder);
    assert.equal(left.length, 256 + 1);
    assert.ok(left.includes(`${key}.tokens`) && left.includes('unrelated'));
  });
});
