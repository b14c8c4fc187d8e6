import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { suite, test } from 'node:test';
import {
  calibrationKey,
  readCalibration,
  threadTimesSchema,
  writeCalibration,
} from '../../src/model/calibration-cache.js';
import { createColorizer } from '../../src/model/colorizer.js';
import { readModel } from '../../src/model/model-folder.js';
import { defaultThreads } from '../../src/model/open-model.js';
import { runtimeVersion } from '../../src/model/providers.js';
import { chooseThreads, threadFigures, type ThreadTimes } from '../../src/model/thread-choice.js';
import { scratchFolder, tinyModel } from '../fakes/models.js';

const times = (threads: number, milliseconds: number, cpuMilliseconds: number): ThreadTimes => ({
  threads,
  milliseconds,
  cpuMilliseconds,
});
const one = times(1, 10, 10);

suite('choice of threads', () => {
  test('more are taken where they are faster by a quarter and dearer by no more than a third', () => {
    assert.equal(chooseThreads([one, times(2, 8, 13.5)]), 2);
    assert.equal(chooseThreads([one, times(2, 8.1, 10)]), 1);
    assert.equal(chooseThreads([one, times(2, 6, 13.6)]), 1);
    assert.equal(chooseThreads([one, times(2, 6, 12), times(4, 4, 15)]), 4);
    assert.equal(chooseThreads([one, times(2, 6, 12), times(4, 5.5, 15)]), 2);
    assert.equal(chooseThreads([]), undefined);
  });

  test('is told in words', () => {
    const words = '1 thread 10.0 ms for 10.0 ms of processor time, 2 threads 6.0 ms for 12.0 ms of processor time';
    assert.equal(threadFigures([one, times(2, 6, 12)]), words);
  });

  test('is measured once and kept; a number that is named is not measured', async (t) => {
    const folder = await scratchFolder(t);
    const { manifest } = await readModel(tinyModel());
    const threads = defaultThreads();
    const mostThreads = Math.min(8, availableParallelism());
    const key = calibrationKey(manifest, { version: runtimeVersion(), threads, mostThreads, precision: 'fp32' });
    const start = async (more: { threads?: number } = {}): Promise<unknown> => {
      let used: unknown;
      const colorizer = await createColorizer({
        ...{ modelFolder: tinyModel(), device: 'cpu', cacheFolder: folder, ...more },
        notify: ({ data }) => (used = data?.['threads']),
      });
      await colorizer.close();
      return used;
    };
    assert.equal(await start({ threads: 3 }), 3);
    assert.equal(await readCalibration(folder, key, threadTimesSchema), undefined);
    if (2 * threads > mostThreads) return;
    const used = await start();
    const kept = await readCalibration(folder, key, threadTimesSchema);
    assert.equal(used, chooseThreads(kept ?? []));
    for (const [milliseconds, expected] of [
      [1, 2 * threads],
      [20, threads],
    ] as const) {
      await writeCalibration(folder, key, [{ ...one, threads }, times(2 * threads, milliseconds, 10)]);
      assert.equal(await start(), expected);
    }
  });
});
