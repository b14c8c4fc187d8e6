import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { selfTest } from '../../src/model/examine-model.js';
import { readModel } from '../../src/model/model-folder.js';
import { blockMeans, greatestDifference, selfTestInput } from '../../src/model/self-test.js';
import { tinyModel } from '../fakes/models.js';

suite('self-test', () => {
  test("makes the same pictures as the model's maker, who used another language", async () => {
    const { manifest } = await readModel(tinyModel());
    const { seed, size, inputSha256 } = manifest.selfTest;
    const input = selfTestInput(seed, size, manifest.reference);
    assert.equal(input.sha256, inputSha256);
    assert.notEqual(selfTestInput(seed + 1, size, manifest.reference).sha256, inputSha256);
  });

  test('means are those of the blocks', () => {
    const rgb = Uint8Array.from([0, 10, 20, 2, 12, 22, 100, 0, 0, 102, 0, 0]);
    assert.deepEqual(blockMeans(rgb, { width: 2, height: 2 }, 1, 2), [1, 11, 21, 101, 0, 0]);
    assert.deepEqual(blockMeans(rgb, { width: 2, height: 2 }, 1, 1), [51, 5.5, 10.5]);
  });

  test('a missing or unreal mean never passes for a small difference', () => {
    assert.equal(greatestDifference([1, 5], [2, 8]), 3);
    assert.ok(!(greatestDifference([1], [1, 2]) <= 10));
    assert.ok(!(greatestDifference([1, NaN], [1, 2]) <= 10));
  });

  test('the model that ships passes its own', async () => {
    const report = await selfTest({ device: 'cpu' });
    assert.equal(report.passed, true, `off by ${report.differences.join(' and ')}`);
    assert.equal(report.provider, 'cpu');
    assert.ok(report.runMilliseconds > 0);
  });
});
