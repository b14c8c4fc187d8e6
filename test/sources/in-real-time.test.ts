import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Source } from '../../src/core/contracts.js';
import { inRealTime } from '../../src/sources/in-real-time.js';
import { sourceInfo } from '../fakes/colour-frames.js';
import { greyFrame, type TestFrame } from '../fakes/frames.js';

/** 25 frames a second, each of which takes `costMs` to make. */
function setUp(
  count: number,
  costMs: (sequence: number) => number,
): { source: Source; made: TestFrame[]; time: { now: number }; clock: { now: () => number } } {
  const time = { now: 5000 };
  const made: TestFrame[] = [];
  async function* frames(): AsyncGenerator<TestFrame> {
    for (let sequence = 0; sequence < count; sequence += 1) {
      time.now += costMs(sequence);
      const frame = greyFrame(sequence);
      made.push(frame);
      yield await Promise.resolve(frame);
    }
  }
  return { source: { info: sourceInfo(), frames }, made, time, clock: { now: () => time.now } };
}

suite('in real time', () => {
  const play = async (count: number, costMs: (sequence: number) => number): Promise<number[]> => {
    const { source, time, clock } = setUp(count, costMs);
    const wait = (milliseconds: number): Promise<void> => {
      time.now += milliseconds;
      return Promise.resolve();
    };
    const paced = inRealTime(source, clock, wait);
    assert.equal(paced.info.delivery, 'keepLatest');
    const arrivals: number[] = [];
    for await (const frame of paced.frames()) {
      assert.equal(frame.arrivedAt, time.now);
      arrivals.push(Math.round(time.now));
    }
    return arrivals;
  };

  test('frames come at their own times', async () => {
    assert.deepEqual(await play(5, () => 10), [5010, 5050, 5090, 5130, 5170]);
  });

  test('a little late is caught up with, much is not', async () => {
    assert.deepEqual(await play(5, (n) => (n === 2 ? 100 : 0)), [5000, 5040, 5140, 5140, 5160]);
    assert.deepEqual(await play(5, (n) => (n === 2 ? 1000 : 0)), [5000, 5040, 6040, 6080, 6120]);
  });

  test('stopping ends the wait and gives the frame back', async () => {
    const { source, clock, made } = setUp(9, () => 0);
    const stop = new AbortController();
    const paced = inRealTime(source, clock, () => {
      stop.abort();
      return Promise.resolve();
    });
    const got = [];
    for await (const frame of paced.frames(stop.signal)) got.push(frame);
    assert.equal(got.length, 1);
    assert.deepEqual(
      made.map((frame) => frame.released()),
      [0, 1],
    );
  });
});
