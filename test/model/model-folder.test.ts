import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { createColorizer } from '../../src/model/colorizer.js';
import { defaultModelFolder, readModel } from '../../src/model/model-folder.js';
import { copyOfTiny, replaceFile, scratchFolder, tinyModel } from '../fakes/models.js';

const open = (modelFolder: string): Promise<unknown> => createColorizer({ modelFolder, cacheFolder: false });

suite('model folder', () => {
  test('the model that ships is whole', async () => {
    const { manifest } = await readModel(defaultModelFolder());
    assert.equal(manifest.name, 'live');
  });

  test('a folder without model.json is not found', async (t) => {
    const folder = await scratchFolder(t);
    await assert.rejects(readModel(folder), { code: 'MODEL_NOT_FOUND' });
    await assert.rejects(readModel(join(folder, 'nowhere')), { code: 'MODEL_NOT_FOUND' });
  });

  test('a file that changed, shrank or went is noticed before anything is loaded', async (t) => {
    const folder = await copyOfTiny(t);
    const path = join(folder, 'frame.onnx');
    const bytes = await readFile(path);
    bytes[100] = (bytes[100] ?? 0) ^ 1;
    await writeFile(path, bytes);
    await assert.rejects(open(folder), { code: 'MODEL_TAMPERED' });
    await writeFile(path, bytes.subarray(1));
    await assert.rejects(open(folder), { code: 'MODEL_TAMPERED' });
    await rm(path);
    await assert.rejects(open(folder), { code: 'MODEL_TAMPERED' });
  });

  test('graphs that are not what model.json describes are refused', async (t) => {
    await assert.rejects(open(tinyModel('wrong-shapes')), { code: 'MODEL_INVALID', detail: /past_maps has shape/ });
    const folder = await copyOfTiny(t);
    await replaceFile(folder, 'frame.onnx', await readFile(join(folder, 'reference-encoder.onnx')));
    await assert.rejects(open(folder), { code: 'MODEL_INVALID', detail: /not in model.json/ });
    await replaceFile(folder, 'frame.onnx', Buffer.from('no graph at all'));
    await assert.rejects(open(folder), { code: 'MODEL_INVALID', detail: /frame\.onnx/ });
  });

  test('null tokens that end too early are refused', async (t) => {
    const folder = await copyOfTiny(t);
    await replaceFile(folder, 'null-tokens.bin', new Uint8Array(40));
    await assert.rejects(open(folder), { code: 'MODEL_INVALID', detail: /too short/ });
  });

  test('a model whose warm-up frame is nonsense is refused', async () => {
    await assert.rejects(open(tinyModel('not-finite')), { code: 'MODEL_FAILED', detail: /not finite/ });
    await assert.rejects(open(tinyModel('one-colour')), { code: 'MODEL_FAILED', detail: /one colour/ });
    await assert.rejects(open(tinyModel('off')), { code: 'MODEL_FAILED', detail: /40\.0 grey levels/ });
  });
});
