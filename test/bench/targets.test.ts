import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { committedReport } from '../../bench/bench.js';
import { figuresOf } from '../../bench/report.js';
import { targetTable } from '../../bench/targets.js';

const FLOOR = 'palette floor: one ffmpeg';

suite('targets', () => {
  test('each says whether it was met, by the best of its rows, or that it was not measured', () => {
    const figures = figuresOf([
      { name: FLOOR, unit: 'frames/s', better: 'larger', samples: [300] },
      { name: 'daylit, fp32, running ahead', unit: 'frames/s', better: 'larger', samples: [44] },
      { name: 'daylit, int8', unit: 'frames/s', better: 'larger', samples: [99] },
      { name: 'daylit, int8, running ahead', unit: 'frames/s', better: 'larger', samples: [90] },
      {
        name: 'daylit, int8, running ahead, against the floor',
        ...{ unit: 'frames/s', better: 'larger', samples: [90], peer: FLOOR },
      },
    ]);
    const table = targetTable({ cases: [{ name: 'file-to-file', title: '', method: '', figures }] }).join('\n');
    assert.match(table, /^\| file → file, fp32 \| ≥ 45 frames\/s \| 44\.0 frames\/s \| \*\*missed\*\* \|$/m);
    assert.match(table, /^\| file → file, best variant \| ≥ 70 frames\/s \| 99\.0 frames\/s \| met \|$/m);
    assert.match(table, /palette floor \| ≥ 0\.3 × \| 0\.300 × \| met/);
    assert.match(table, /^\| GPU: one process \| ≥ 400 frames\/s \| – \| not measured \|$/m);
    assert.doesNotMatch(table, /NaN|undefined|Infinity/);
  });

  test('the committed run is read', async () => {
    const report = await committedReport();
    assert.ok(report);
    const table = targetTable(report);
    assert.ok(table.filter((line) => /met|missed/.test(line)).length >= 8, table.join('\n'));
  });
});
