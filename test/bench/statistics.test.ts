import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { median, quantile, ratio, spread } from '../../bench/statistics.js';

const values = fc.array(fc.integer({ min: -1_000_000, max: 1_000_000 }), { minLength: 1, maxLength: 40 });

suite('statistics', () => {
  test('the median is the middle one, or halfway between the two in the middle', () => {
    assert.equal(median([5, 1, 3]), 3);
    assert.equal(median([4, 1, 3, 2]), 2.5);
    assert.equal(median([]), NaN);
  });

  test('quantiles lie between neighbours by straight line', () => {
    assert.equal(quantile([10, 20, 30, 40, 50], 0.25), 20);
    assert.equal(quantile([10, 20], 0.95), 19.5);
    assert.equal(quantile([7], 0.9), 7);
  });

  test('quantiles rise with the share, from the least to the greatest', () => {
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (list, share) => {
        assert.equal(quantile(list, 0), Math.min(...list));
        assert.equal(quantile(list, 1), Math.max(...list));
        assert.ok(quantile(list, share * 0.5) <= quantile(list, share) + 1e-9);
      }),
    );
  });

  test('values keep their order', () => {
    const list = [3, 1, 2];
    median(list);
    assert.deepEqual(list, [3, 1, 2]);
  });

  test('one wild round moves neither median nor spread', () => {
    assert.equal(median([10, 11, 9, 10, 5000]), 10);
    assert.equal(spread([10, 11, 9, 10, 5000]), 1);
  });

  test('the spread is the same wherever the values lie', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: -1000, max: 1000 }), (list, offset) => {
        const moved = list.map((value) => value + offset);
        assert.ok(Math.abs(spread(moved) - spread(list)) < 1e-6);
      }),
    );
  });

  test('a round that was slow for both does not show in the ratio', () => {
    assert.equal(ratio([20, 200, 30], [10, 100, 20]), 2);
  });

  test('lists of different length are compared by their medians', () => {
    assert.equal(ratio([20, 30, 40], [10, 10]), 3);
  });
});
