import assert from 'node:assert/strict';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import type { Redis } from 'ioredis';
import { camerasFor } from '../../src/capacity.js';
import { BlobStore } from '../../src/fleet/blob-store.js';
import { ModelStore } from '../../src/fleet/model-store.js';
import { defaultModelFolder } from '../../src/model/model-folder.js';
import { modelIdentity } from '../../src/model-identity.js';
import { temporaryFolder } from '../fakes/temporary-folder.js';

/** The three commands of Redis that blobs need. */
function fakeRedis(): { readonly redis: Redis; readonly values: Map<string, Buffer>; readonly sets: () => number } {
  const values = new Map<string, Buffer>();
  let sets = 0;
  const redis = {
    expire: (key: string) => Promise.resolve(values.has(key) ? 1 : 0),
    set: (key: string, value: Buffer) => {
      sets += 1;
      values.set(key, value);
      return Promise.resolve('OK');
    },
    getBuffer: (key: string) => Promise.resolve(values.get(key) ?? null),
  };
  return { redis: redis as unknown as Redis, values, sets: () => sets };
}

suite('models that jobs name by their hash', () => {
  test('the own one is used where it lies; another comes through the queue, whole and once', async (t) => {
    const folder = await temporaryFolder(t);
    const other = join(folder, 'other');
    await cp(defaultModelFolder(), other, { recursive: true });
    await writeFile(join(other, 'model.json'), `${await readFile(join(other, 'model.json'), 'utf8')}\n`);
    const { redis, sets } = fakeRedis();
    const sender = new ModelStore(new BlobStore(redis, join(folder, 'a')));
    const name = await sender.put(other);
    const puts = sets();
    assert.equal(await sender.put(other), name);
    assert.equal(sets(), puts, 'what is there is not put again');
    const worker = new ModelStore(new BlobStore(redis, join(folder, 'b')), undefined, join(folder, 'models'));
    assert.equal(await worker.local((await modelIdentity()).sha256), defaultModelFolder());
    const fetched = await worker.local(name);
    assert.equal((await modelIdentity(fetched)).sha256, name);
    assert.equal(await worker.local(name), fetched);
    const bytes = (path: string): Promise<Buffer> => readFile(join(path, 'frame.onnx'));
    assert.ok((await bytes(fetched)).equals(await bytes(other)));
  });

  test('one that is nowhere is refused and says which the worker has', async (t) => {
    const folder = await temporaryFolder(t);
    const { redis } = fakeRedis();
    const worker = new ModelStore(new BlobStore(redis, folder), undefined, join(folder, 'models'));
    const own = (await modelIdentity()).sha256.slice(0, 12);
    await assert.rejects(worker.local('0'.repeat(64)), { code: 'MODEL_NOT_FOUND', message: new RegExp(own) });
  });

  test('a file that is not what model.json says is not put', async (t) => {
    const folder = join(await temporaryFolder(t), 'model');
    await mkdir(folder);
    await cp(defaultModelFolder(), folder, { recursive: true });
    await writeFile(join(folder, 'frame.onnx'), 'something else');
    await assert.rejects(new ModelStore(new BlobStore(fakeRedis().redis, folder)).put(folder), {
      code: 'MODEL_TAMPERED',
    });
  });
});

suite('cameras by measured speed', () => {
  test('four fifths of the frames, at 25 a second each; one at least', () => {
    assert.deepEqual([5, 31.2, 31.3, 62.5, 1250].map(camerasFor), [1, 1, 1, 2, 40]);
  });
});
