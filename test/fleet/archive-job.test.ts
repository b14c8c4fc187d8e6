import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { archiveJobSchema, markOf } from '../../src/fleet/archive-job.js';

const JOB = {
  ...{ kind: 'colouring', content: '0'.repeat(64), input: '/archive/a.mp4', output: 's3://colour/a.mp4' },
  ...{ photos: ['synthetic:street'], colours: { palette: 'ironbow' }, part: { from: 0, to: 9 }, frames: 9 },
};

const mark = (more: object): string => markOf(archiveJobSchema.parse({ ...JOB, ...more }));

suite('what a job makes', () => {
  test('is named by all that the result hangs on, and by nothing else', () => {
    assert.equal(mark({ input: '/moved/a.mp4', frames: 10 }), mark({}));
    const others = [
      { content: '1'.repeat(64) },
      { output: 's3://colour/b.mp4' },
      { photos: [] },
      { colours: { palette: 'white-hot' } },
      { part: { from: 0, to: 10 } },
      { model: '2'.repeat(64) },
    ];
    assert.equal(new Set([{}, ...others].map(mark)).size, 1 + others.length);
  });
});
