import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { AllocationMeter } from '../../bench/allocation-meter.js';
import { interleaved, repeating } from '../../bench/harness.js';

suite('harness', () => {
  test('contenders take turns after one round of warming up, every second round backwards', async () => {
    const order: string[] = [];
    const contender = (name: string) => () => order.push(name);
    const samples = await interleaved({ a: contender('a'), b: contender('b') }, 3);
    assert.deepEqual(order, ['a', 'b', 'a', 'b', 'b', 'a', 'a', 'b']);
    // `push` gives the count so far: what the warm-up gave is left out.
    assert.deepEqual(samples, { a: [3, 6, 7], b: [4, 5, 8] });
  });

  test('a repeated step is done at least once and waited for', async () => {
    let done = 0;
    const step = async (): Promise<void> => {
      await Promise.resolve();
      done += 1;
    };
    assert.ok((await repeating(step, 0)()) >= 0);
    assert.equal(done, 1);
  });

  test('growth is counted by frame; a look after a collection is left out', () => {
    let heap = 0;
    const looks = { frames: 0 };
    const meter = new AllocationMeter(100, () => ({ heap, buffers: 10 * heap }));
    for (let frame = 1; frame <= 100; frame += 1) {
      heap += 100;
      // A collection: everything so far is gone.
      if (frame === 42) heap = 0;
      looks.frames += 1;
      meter.frame();
    }
    const { heapPerFrame, buffersPerFrame, resident } = meter.report();
    assert.equal(resident.length, 20);
    // The first stretch has no look before it to compare with; the one with the collection has no other pair.
    assert.deepEqual(new Set(heapPerFrame.slice(1)), new Set([100, NaN]));
    assert.equal(heapPerFrame.filter((bytes) => bytes === 100).length, 18);
    assert.equal(buffersPerFrame.filter((bytes) => bytes === 1000).length, 18);
  });
});
