import { digits, type Report } from './report.js';

/** A row of the report and what must be read from it. */
interface Reading {
  readonly case: string;
  /** Rows; the best value of those that were measured counts. */
  readonly rows: readonly string[];
  readonly read: 'median' | 'ratio';
}

/** What a run is to reach. */
interface Target extends Reading {
  readonly what: string;
  readonly unit: string;
  readonly bound: 'at least' | 'at most';
  readonly value: number;
}

const daylit = (precisions: readonly string[], rest = ''): readonly string[] =>
  precisions.map((precision) => `daylit, ${precision}${rest}`);
const AHEAD = ', running ahead';
const ANY = ['fp32', 'int8'];
/** Both ways to colour a recording: which of them daylit takes depends on the machine's cores. */
const eitherWay = (precisions: readonly string[], rest = ''): readonly string[] => [
  ...daylit(precisions, rest),
  ...daylit(precisions, `${AHEAD}${rest}`),
];
const FP32 = eitherWay(['fp32']);
const BEST = eitherWay(ANY);
const FILES = 'file-to-file';

const least = (what: string, value: number, unit: string, reading: Reading): Target => ({
  ...{ what, value, unit, bound: 'at least', ...reading },
});
const most = (what: string, value: number, unit: string, reading: Reading): Target => ({
  ...{ what, value, unit, bound: 'at most', ...reading },
});
const from = (name: string, rows: readonly string[], read: Reading['read'] = 'median'): Reading => ({
  ...{ case: name, rows, read },
});

/** Of two cores, 640×512; the last three need a GPU. */
const TARGETS: readonly Target[] = [
  least('file → file, fp32', 45, 'frames/s', from(FILES, FP32)),
  least('file → file, best variant', 70, 'frames/s', from(FILES, BEST)),
  least('file → file, against the plain Node loop on the same graph', 2, '×', from(FILES, BEST, 'ratio')),
  least(
    'file → file, against the palette floor',
    0.3,
    '×',
    from(FILES, eitherWay(ANY, ', against the floor'), 'ratio'),
  ),
  most(
    'live camera of 25 frames/s, age, 95th percentile',
    60,
    'ms',
    from('live', ['one camera, age, 95th percentile']),
  ),
  most('live camera of 25 frames/s, frames dropped', 0, '%', from('live', ['one camera, frames dropped'])),
  least('model step, int8 against fp32', 1.8, '×', from('model', ['640×512, int8, 1 thread, against fp32'], 'ratio')),
  least('against ResNet-9', 150, '×', from('generators', daylit(ANY, ', against ResNet-9 (CycleGAN, CUT)'), 'ratio')),
  least(
    'against the U-Net of pix2pix',
    20,
    '×',
    from('generators', daylit(ANY, ', against U-Net-256 (pix2pix)'), 'ratio'),
  ),
  least('model time ÷ wall time, file job', 70, '%', from(FILES, daylit(ANY, ': model time ÷ wall time'))),
  most('garbage a frame, objects', 20, 'kB', from('steady-state', ['daylit, objects a frame'])),
  least(
    'memory over 10,000 frames, at a quarter ÷ at the end',
    0.97,
    '×',
    from('steady-state', ['daylit, resident at the end'], 'ratio'),
  ),
  most('first coloured frame, photo known', 1200, 'ms', from('start-up', ['daylit, photo and speed known'])),
  least('four recordings in one process against four, frames', 1.3, '×', from('streams', ['one process'], 'ratio')),
  least(
    'four recordings in one process against four, memory',
    2,
    '×',
    from('streams', ['one process, memory'], 'ratio'),
  ),
  least('GPU: one process', 400, 'frames/s', from('gpu', ['frames'])),
  least('GPU: live cameras of 25 frames/s', 16, 'cameras', from('gpu', ['cameras held'])),
  least('GPU: the quality model', 120, 'frames/s', from('gpu', ['quality'])),
];

/** How a run stands to each target, as a table of Markdown; what was not part of it says so. */
export function targetTable({ cases }: Pick<Report, 'cases'>): readonly string[] {
  const rows = TARGETS.map((target) => {
    const { what, bound, value, unit } = target;
    const found = valueOf(target, cases);
    const wanted = `${bound === 'at least' ? '≥' : '≤'} ${String(value)} ${unit}`;
    if (found === undefined) return `| ${what} | ${wanted} | – | not measured |`;
    const met = bound === 'at least' ? found >= value : found <= value;
    return `| ${what} | ${wanted} | ${digits(found)} ${unit} | ${met ? 'met' : '**missed**'} |`;
  });
  return ['| | target | measured | |', '| --- | --- | --- | --- |', ...rows];
}

function valueOf(target: Target, cases: Report['cases']): number | undefined {
  const figures = cases.find(({ name }) => name === target.case)?.figures ?? [];
  const values = figures
    .filter(({ name }) => target.rows.includes(name))
    .flatMap((figure) => figure[target.read] ?? [])
    .filter((value) => Number.isFinite(value));
  if (values.length === 0) return undefined;
  return target.bound === 'at least' ? Math.max(...values) : Math.min(...values);
}
