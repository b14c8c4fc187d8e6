import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { comparison } from '../../bench/baseline.js';
import type { Row } from '../../bench/harness.js';
import { digits, figuresOf, markdown, type Report } from '../../bench/report.js';

const ROWS: readonly Row[] = [
  { name: 'old', unit: 'ms', better: 'smaller', samples: [10, 12, 11] },
  { name: 'new', unit: 'ms', better: 'smaller', samples: [5, 6, 5.5], peer: 'old' },
  { name: 'rate', unit: 'frames/s', better: 'larger', samples: [100] },
  { name: 'faster', unit: 'frames/s', better: 'larger', samples: [150], peer: 'rate' },
  { name: 'not here', unit: 'ms', better: 'smaller', samples: [], peer: 'old', note: 'run this first' },
];

const MACHINE = {
  ...{ cpu: 'A', cores: 2, memoryGiB: 8, system: 's', node: 'n', onnxruntime: 'o', ffmpeg: 'f' },
  ...{ daylit: '1', model: 'm' },
};

function reportOf(rows: readonly Row[], cpu = 'A'): Report {
  const cases = [{ name: 'one', title: 'One', method: 'How.', figures: figuresOf(rows) }];
  return { date: '2026-01-01', machine: { ...MACHINE, cpu }, load: { before: 0, after: 1 }, quick: false, cases };
}

suite('report', () => {
  test('a figure is how many times better than its peer, whichever way better lies', () => {
    const [old, fresh, , faster, missing] = figuresOf(ROWS);
    assert.deepEqual([old?.median, old?.spread, old?.ratio], [11, 1, null]);
    assert.equal(fresh?.ratio, 2);
    assert.equal(faster?.ratio, 1.5);
    assert.deepEqual([missing?.median, missing?.spread, missing?.ratio], [null, null, null]);
  });

  test('a peer that is not there is a mistake', () => {
    assert.throws(
      () => figuresOf([{ name: 'a', unit: 'ms', better: 'smaller', samples: [1], peer: 'b' }]),
      /no row "b"/,
    );
  });

  test('the page has a line for each row, the empty one with what to do', () => {
    const page = markdown(reportOf(ROWS));
    assert.match(page, /^\| new \| 5\.50 ms \| 0\.500 \| 3 \| old \| 2\.00 \|$/m);
    assert.match(page, /^\| not here \(run this first\) \| – \|/m);
    assert.doesNotMatch(page, /NaN|undefined|null/);
  });

  test('three digits count', () => {
    assert.deepEqual([0, 0.01234, 0.5, 1.234, 56.78, 1234.5].map(digits), [
      '0',
      '0.0123',
      '0.500',
      '1.23',
      '56.8',
      '1235',
    ]);
  });

  test('runs are compared by ratio everywhere, by plain figures on the same kind of machine alone', () => {
    const before = reportOf(ROWS);
    const now = ROWS.map((row) => (row.name === 'faster' ? { ...row, samples: [300] } : row));
    const here = comparison(reportOf(now), before).join('\n');
    assert.match(here, /one \/ faster: 3\.00 × rate, was 1\.50 × \(\+100 %\)/);
    assert.match(here, /one \/ old: 11\.0 ms, was 11\.0 ms \(\+0 %\)/);
    const elsewhere = comparison(reportOf(now, 'B'), before).join('\n');
    assert.match(elsewhere, /faster: 3\.00 × rate/);
    assert.doesNotMatch(elsewhere, /one \/ old:/);
  });
});
