import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { regression } from '../../bench/regression.js';

suite('regression', () => {
  test('slope and its standard error, by a worked example', () => {
    // By hand: means 3 and 6, Sxx 10, Sxy 19.7; residuals .04, -.13, .2, -.17, .06, their squares sum up to .091.
    const { slope, error } = regression([1, 2, 3, 4, 5], [2.1, 3.9, 6.2, 7.8, 10]);
    assert.ok(Math.abs(slope - 1.97) < 1e-9, String(slope));
    assert.ok(Math.abs(error - Math.sqrt(0.091 / 3 / 10)) < 1e-9, String(error));
  });

  test('a straight line has no error; two points have none that is known', () => {
    assert.deepEqual(regression([0, 1, 2], [5, 7, 9]), { slope: 2, error: 0 });
    assert.ok(Number.isNaN(regression([0, 1], [0, 1]).error));
  });
});
