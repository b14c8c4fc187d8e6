import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { amount, bytesIn, duration, secondsIn } from '../src/quantities.js';

suite('quantities', () => {
  test('lengths of time', () => {
    const cases = { '90s': 90, '15m': 900, '12h': 43_200, '7d': 604_800, '0.5h': 1800 };
    for (const [text, seconds] of Object.entries(cases)) assert.equal(secondsIn(duration.parse(text)), seconds);
    for (const text of ['', '7', 'd', '-1d', '1w', '1 d', '1e9s', '0d', '0.0s', '1.h', '９d'])
      assert.equal(duration.safeParse(text).success, false, text);
  });

  test('amounts of data', () => {
    const cases = { '500MB': 5e8, '50GB': 5e10, '1.5TiB': 1.5 * 2 ** 40, '8kB': 8000, '1KiB': 1024, '64B': 64 };
    for (const [text, bytes] of Object.entries(cases)) assert.equal(bytesIn(amount.parse(text)), bytes);
    for (const text of ['', '50', '50G', '50gb', '-1GB', '1kiB', '0GB', '1e3MB', '1 MB'])
      assert.equal(amount.safeParse(text).success, false, text);
  });
});
