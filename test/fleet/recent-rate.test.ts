import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { RecentRate } from '../../src/fleet/recent-rate.js';

suite('events a second of late', () => {
  test('are judged from the first on, then by half a minute', () => {
    const rate = new RecentRate();
    assert.equal(rate.perSecond(0), 0);
    for (let now = 0; now < 10_000; now += 100) rate.add(1, now);
    assert.equal(rate.perSecond(10_000), 10);
    for (let now = 10_000; now < 100_000; now += 100) rate.add(2, now);
    assert.ok(Math.abs(rate.perSecond(99_999) - 20) < 1);
  });

  test('end with a pause, and begin anew after it', () => {
    const rate = new RecentRate();
    rate.add(300, 0);
    assert.ok(rate.perSecond(29_000) > 10);
    assert.equal(rate.perSecond(31_000), 0);
    rate.add(50, 60_000);
    assert.equal(rate.perSecond(65_000), 10);
  });
});
