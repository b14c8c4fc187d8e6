import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { FrameRate } from '../src/frame-rate.js';

suite('frame rate', () => {
  test('is that of the last seconds, and none before there are two looks', () => {
    let now = 0;
    const rate = new FrameRate({ now: () => now });
    assert.equal(rate.now(), 0);
    rate.push(100);
    assert.equal(rate.now(), 0);
    let count = 100;
    const second = (pictures: number): void => {
      now += 1000;
      count += pictures;
      rate.push(count);
    };
    second(25);
    assert.equal(rate.now(), 25);
    for (let n = 0; n < 9; n += 1) second(10);
    assert.equal(rate.now(), 10);
    for (let n = 0; n < 4; n += 1) second(0);
    assert.equal(rate.now(), 0);
  });
});
