import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { packageRoot } from '../src/core/package-root.js';
import { comparison } from './baseline.js';
import { bench, CASES, committedReport } from './bench.js';
import { markdown } from './report.js';
import { targetTable } from './targets.js';

const HELP = `npm run bench -- [options]

  --only <case>     one case (may be given several times): ${CASES.map(({ name }) => name).join(', ')}
  --quick           a few frames of everything: shows that it works, not how fast
  --out <folder>    where report.md and baseline.json go (build/bench-report)
  --peers <folder>  graphs made by: python bench/peers/export_generators.py <folder>
  --python <path>   a Python with OpenCV, whose applyColorMap takes part
  --model <folder>  another model than the one that ships
`;

try {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true, default: [] },
      quick: { type: 'boolean', default: false },
      out: { type: 'string', default: join(packageRoot(), 'build', 'bench-report') },
      peers: { type: 'string' },
      python: { type: 'string' },
      model: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) console.log(HELP);
  else {
    const say = (line: string): void => {
      console.error(line);
    };
    // Read before the run, which may write over it.
    const baseline = await committedReport();
    const report = await bench({ ...values, say });
    console.log(markdown(report, targetTable(report)));
    for (const line of baseline === undefined ? [] : comparison(report, baseline)) console.log(line);
  }
} catch (thrown) {
  console.error(thrown instanceof Error ? thrown.message : thrown);
  process.exitCode = 2;
}
