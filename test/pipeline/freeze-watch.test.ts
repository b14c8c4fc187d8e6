import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { FreezeWatch } from '../../src/pipeline/freeze-watch.js';

function changesOf(pattern: string, everyMs: number): string[] {
  const watch = new FreezeWatch();
  return Array.from(pattern).flatMap((mark, index) => {
    const change = watch.push({ marks: mark === 'f' ? { frozen: true } : {}, arrivedAt: index * everyMs });
    return change === undefined ? [] : [`${index} ${change}`];
  });
}

suite('freeze watch', () => {
  test('a calibration is told once, and its end', () => {
    assert.deepEqual(changesOf('mmffffffffmmffm', 100), ['7 frozen', '10 live']);
  });

  test('a slow camera in a fast stream repeats every picture and is not frozen', () => {
    assert.deepEqual(changesOf('mffmffmffmffmff', 33), []);
  });
});
