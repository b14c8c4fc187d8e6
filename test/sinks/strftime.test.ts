import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { namesTime, strftime } from '../../src/sinks/strftime.js';

const date = new Date(2026, 1, 3, 4, 5, 6);

suite('strftime', () => {
  const CASES: readonly (readonly [string, string, boolean])[] = [
    ['archive/%Y%m%d-%H%M%S.mp4', 'archive/20260203-040506.mp4', true],
    ['%j.mkv', '034.mkv', true],
    ['100%%.mp4', '100%.mp4', false],
    ['%%Y.mp4', '%Y.mp4', false],
    ['plain.ts', 'plain.ts', false],
  ];
  for (const [pattern, expected, named] of CASES) {
    test(pattern, () => {
      assert.equal(strftime(pattern, date), expected);
      assert.equal(namesTime(pattern), named);
    });
  }

  test('other fields are refused, also one cut short', () => {
    for (const pattern of ['%q.mp4', '%constructor', 'a%']) {
      assert.throws(() => strftime(pattern, date), { code: 'OPTION_INVALID' });
    }
  });
});
