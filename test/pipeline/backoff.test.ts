import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { Backoff } from '../../src/pipeline/backoff.js';

const settings = { firstMs: 1000, capMs: 60_000, lateMs: 300_000, healthyMs: 30_000 };
const longest = (): number => 0;

suite('back-off', () => {
  test('doubles up to the cap, for ever', () => {
    const backoff = new Backoff(settings, longest);
    const waits = Array.from({ length: 8 }, () => backoff.next(true, 0));
    assert.deepEqual(waits, [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
    for (let more = 0; more < 2000; more += 1) backoff.next(true, 0);
    assert.equal(backoff.next(true, 0), 60_000);
    assert.equal(backoff.failures, 2009);
  });

  test('begins anew only after a healthy spell: one picture and then death is no mending', () => {
    const backoff = new Backoff(settings, longest);
    assert.deepEqual(
      [0, 29_999, 29_999, 30_000, 0].map((worked) => backoff.next(true, worked)),
      [1000, 2000, 4000, 1000, 2000],
    );
  });

  test('what time does not mend waits long', () => {
    const backoff = new Backoff(settings, longest);
    assert.deepEqual([backoff.next(false, 0), backoff.next(false, 1e9)], [300_000, 300_000]);
  });

  test('jitter takes off half at most', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean(), (random, retryable) => {
        const wait = new Backoff(settings, () => random).next(retryable, 0);
        const most = retryable ? 1000 : 300_000;
        assert.ok(wait >= most / 2 && wait <= most);
      }),
    );
  });
});
