import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { realWait, type Wait } from '../../src/core/wait.js';
import { climb } from '../../src/ffmpeg/stop-ladder.js';

/** A process that ends at the given step, and a wait whose grace always passes. */
function patientOf(endsAt: number): { taken: number[]; run: Promise<void> } {
  const taken: number[] = [];
  let end: () => void = () => undefined;
  const exited = new Promise<void>((resolve) => (end = resolve));
  const steps = [0, 1, 2].map((step) => () => {
    taken.push(step);
    if (step === endsAt) end();
  });
  const wait: Wait = () => new Promise((resolve) => setImmediate(resolve));
  return { taken, run: climb(steps, exited, 1, wait) };
}

suite('stop ladder', () => {
  for (const endsAt of [0, 1, 2]) {
    test(`climbs no further than it must: ends at step ${endsAt}`, async () => {
      const { taken, run } = patientOf(endsAt);
      await run;
      assert.deepEqual(taken, [0, 1, 2].slice(0, endsAt + 1));
    });
  }

  test('takes no step where all is over already', async () => {
    let taken = 0;
    await climb([() => (taken += 1)], Promise.resolve(), 1, realWait);
    assert.equal(taken, 0);
  });

  test('an aborted wait is over at once', async () => {
    await realWait(3_600_000, AbortSignal.abort());
  });
});
