import type { Row } from './harness.js';
import type { Machine } from './machine.js';
import { median, ratio, spread } from './statistics.js';

/** One row with its figures; `null` where nothing was measured. */
export interface Figure extends Pick<Row, 'name' | 'unit' | 'better' | 'samples' | 'peer' | 'note'> {
  readonly median: number | null;
  /** Median absolute deviation. */
  readonly spread: number | null;
  /** How many times better than the peer; `null` without one. */
  readonly ratio: number | null;
}

export interface CaseReport {
  readonly name: string;
  readonly title: string;
  readonly method: string;
  readonly figures: readonly Figure[];
}

/** All that one run found. */
export interface Report {
  readonly date: string;
  readonly machine: Machine;
  /** Mean number of running processes over the minute before and at the end. */
  readonly load: { readonly before: number; readonly after: number };
  readonly quick: boolean;
  readonly cases: readonly CaseReport[];
}

/** Rows → figures, each compared with its peer. @throws Error if a peer is not among the rows */
export function figuresOf(rows: readonly Row[]): readonly Figure[] {
  return rows.map((row) => {
    const measured = row.samples.length > 0;
    return {
      ...row,
      median: measured ? median(row.samples) : null,
      spread: measured ? spread(row.samples) : null,
      ratio: measured ? timesBetter(row, rows) : null,
    };
  });
}

function timesBetter({ name, peer, better, samples }: Row, rows: readonly Row[]): number | null {
  if (peer === undefined) return null;
  const other = rows.find((row) => row.name === peer);
  if (other === undefined) throw new Error(`${name}: there is no row "${peer}"`);
  if (other.samples.length === 0) return null;
  return better === 'smaller' ? ratio(other.samples, samples) : ratio(samples, other.samples);
}

/** The report as people read it. */
export function markdown({ date, machine, load, quick, cases }: Report, targets: readonly string[] = []): string {
  const { cpu, cores, memoryGiB, system, node, onnxruntime, ffmpeg, daylit, model } = machine;
  const lines = [
    '# What daylit’s benchmark measured',
    '',
    ...(quick ? ['**A quick run: it shows that everything works; its figures mean nothing.**', ''] : []),
    `${date}, on ${cores} cores of ${cpu}, ${memoryGiB} GiB, ${system}; load ${load.before.toFixed(1)} before, ${load.after.toFixed(1)} at the end.`,
    `daylit ${daylit}, model ${model}, Node ${node}, onnxruntime ${onnxruntime}, ffmpeg ${ffmpeg}.`,
    '',
    'Medians of rounds in which all rows of a table took turns, after one that does not count; ± is the median absolute deviation. The last column is how many times better a row is than its peer, as the median of the rounds’ quotients: below 1 it is worse.',
    '',
  ];
  if (targets.length > 0) lines.push('## Targets', '', ...targets, '');
  for (const { name, title, method, figures } of cases) {
    lines.push(`## ${title}`, '', `\`--only ${name}\`. ${method}`, '');
    lines.push('| | median | ± | rounds | against | × better |', '| --- | ---: | ---: | ---: | --- | ---: |');
    for (const figure of figures) lines.push(tableRow(figure));
    lines.push('');
  }
  return lines.join('\n');
}

function tableRow({
  name,
  unit,
  samples,
  peer = '',
  note,
  median: middle,
  spread: around,
  ratio: times,
}: Figure): string {
  const label = note === undefined ? name : `${name} (${note})`;
  const cells =
    middle === null || around === null
      ? ['–', '', '', peer, '']
      : [
          `${digits(middle)} ${unit}`,
          digits(around),
          String(samples.length),
          peer,
          times === null ? '' : digits(times),
        ];
  return `| ${[label, ...cells].join(' | ')} |`;
}

/** Three digits that count, never in powers of ten. */
export function digits(value: number): string {
  if (value === 0) return '0';
  const whole = Math.floor(Math.log10(Math.abs(value))) + 1;
  return value.toFixed(Math.min(4, Math.max(0, 3 - whole)));
}
