import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { NewestCoder } from '../../src/sinks/newest-coder.js';

suite('newest coder', () => {
  test('a failure is told once, and the next one is coded again', async () => {
    let number = 0;
    const failures: unknown[] = [];
    const coder = new NewestCoder<number>(
      () => ({ number, code: () => (number === 0 ? Promise.reject(new Error('no')) : Promise.resolve(number)) }),
      (thrown) => failures.push(thrown),
    );
    const got: number[] = [];
    coder.watch((value) => got.push(value));
    await coder.push();
    assert.equal(failures.length, 1);
    number = 1;
    await coder.push();
    assert.deepEqual(got, [1]);
    assert.equal(failures.length, 1);
  });

  test('none is coded twice, and none once the last watcher has gone', async () => {
    let coded = 0;
    const coder = new NewestCoder<number>(
      () => ({ number: 7, code: () => Promise.resolve((coded += 1)) }),
      () => undefined,
    );
    await coder.push();
    assert.equal(coded, 0);
    const stops = [coder.watch(() => undefined), coder.watch(() => undefined)];
    await coder.push();
    await coder.push();
    assert.equal(coded, 1);
    assert.equal(coder.watchers, 2);
    for (const stop of stops) stop();
    assert.equal(coder.watchers, 0);
  });
});
