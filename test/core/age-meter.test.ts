import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { AgeMeter } from '../../src/core/age-meter.js';

suite('age meter', () => {
  test('percentiles of what was added, in whatever order', () => {
    const meter = new AgeMeter();
    assert.equal(meter.snapshot(), undefined);
    for (let age = 100; age > 0; age -= 1) meter.add(age);
    assert.deepEqual(meter.snapshot(), { p50: 50, p95: 95 });
  });

  test('only the newest count', () => {
    const meter = new AgeMeter();
    for (let frame = 0; frame < 5000; frame += 1) meter.add(frame < 4000 ? 1000 : 10);
    assert.deepEqual(meter.snapshot(), { p50: 10, p95: 10 });
  });
});
