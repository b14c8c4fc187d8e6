import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { describeSummary, duration, fileSize, stageSplit } from '../../src/cli/describe.js';
import { DaylitError } from '../../src/core/errors.js';

const stages = { source: 100, normalize: 50, model: 800, write: 20 };

suite('describe', () => {
  test('durations and sizes as people read them', () => {
    assert.deepEqual([0, 999, 65_000, 3_725_000].map(duration), ['0:00', '0:01', '1:05', '1:02:05']);
    assert.deepEqual([0, 999, 1000, 1_500_000, 2e9].map(fileSize), ['0 B', '999 B', '1.0 kB', '1.5 MB', '2.0 GB']);
  });

  test('stages as shares of the wall time', () => {
    assert.equal(
      stageSplit({ frames: 1, elapsedMs: 1000, stages }),
      'source 10 %, normalize 5 %, model 80 %, write 2 %',
    );
    assert.match(stageSplit({ frames: 0, elapsedMs: 0, stages: { ...stages, model: 0 } }), /model 0 %/);
  });

  test('a summary names what was written and what was not', () => {
    const text = describeSummary({
      frames: 50,
      elapsedMs: 2000,
      stages,
      outputs: [{ target: 'a.mp4', frames: 50, bytes: 12_345 }],
      failures: [{ target: 'b.mp4', error: new DaylitError('OUTPUT_FULL', 'b.mp4') }],
      stoppedEarly: true,
    });
    assert.match(
      text,
      /^50 frames in 2\.0 s, 25\.0 fps \(.*\), stopped early\n→ a\.mp4 \(12\.3 kB\)\n✗ b\.mp4: OUTPUT_FULL: /,
    );
  });
});
