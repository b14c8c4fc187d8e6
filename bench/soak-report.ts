import type { Ages } from '../src/core/age-meter.js';
import type { LiveStatus } from '../src/pipeline/run-live.js';
import { regression } from './regression.js';
import { median } from './statistics.js';

/** How a stream stood at one moment. */
export interface Sample {
  readonly minutes: number;
  readonly megabytes: number;
  readonly ffmpegs: number;
  /** Of each output's last 512 frames. */
  readonly ages: readonly (Ages | undefined)[];
}

/** A soak, measured. */
export interface Soak {
  readonly minutes: number;
  readonly seed: number;
  /** How often each was done. */
  readonly faults: ReadonlyMap<string, number>;
  readonly samples: readonly Sample[];
  readonly status: number | null;
  readonly summary: LiveStatus;
  readonly liveAtEnd: boolean;
  readonly ffmpegsLeft: number;
  readonly recordings: {
    readonly files: number;
    readonly bytes: number;
    readonly kept: number;
    readonly rising: boolean;
  };
  readonly states: number;
}

/** Share of the run that is left out: the machine and the model warm up. */
const WARM_UP = 1 / 6;

/** The report as Markdown. */
export function describeSoak(soak: Soak): string {
  const { minutes, seed, faults, samples, status, summary, liveAtEnd, ffmpegsLeft, recordings, states } = soak;
  const warm = samples.filter((sample) => sample.minutes >= minutes * WARM_UP);
  const third = Math.ceil(warm.length / 3);
  const memory = warm.map(({ megabytes }) => megabytes);
  const [early, late] = [median(memory.slice(0, third)), median(memory.slice(-third))];
  const { framesIn, coloured, dropped, unreadable, epoch } = summary;
  const exact = framesIn === coloured + dropped + unreadable;
  return [
    `${minutes} minutes, seed ${seed}: ${[...faults.values()].reduce((sum, count) => sum + count, 0)} faults, ${epoch} reconnects, ${states} changes of state.`,
    '',
    '| fault | times |',
    '| --- | --- |',
    ...[...faults].map(([name, count]) => `| ${name} | ${count} |`),
    '',
    `- Ended with exit status ${String(status)}, ${liveAtEnd ? 'live' : 'NOT LIVE'} before that. ffmpegs left: ${ffmpegsLeft}; most at a time: ${Math.max(...samples.map(({ ffmpegs }) => ffmpegs))}.`,
    `- ${framesIn} frames in = ${coloured} coloured + ${dropped} dropped + ${unreadable} unreadable${exact ? '' : ' (NOT EXACT)'}.`,
    `- Memory: ${early.toFixed(0)} MB in the first third after ${(minutes * WARM_UP).toFixed(0)} minutes of warm-up, ${late.toFixed(0)} MB in the last: ${(100 * (late / early - 1)).toFixed(1)} %. ${slope(warm, ({ megabytes }) => megabytes, 'MB')}.`,
    `- Recordings: ${recordings.files} files of ${(recordings.bytes / 1e6).toFixed(1)} MB left (to keep: ${recordings.kept / 1e6} MB and the one being written), ${recordings.rising ? 'times rising in each' : 'TIMES NOT RISING'}.`,
    '',
    '| output | frames | dropped | state | age p50, ms | its slope | age p95, ms | its slope |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...summary.outputs.map(({ target, frames, dropped: lost, state }, index) => {
      const cells = (['p50', 'p95'] as const).flatMap((share) => {
        const of = ({ ages }: Sample): number => ages[index]?.[share] ?? NaN;
        const known = warm.filter((sample) => Number.isFinite(of(sample)));
        return [median(known.map(of)).toFixed(1), slope(known, of, 'ms')];
      });
      return `| ${target.replace(/:\d+/, '')} | ${frames} | ${lost} | ${state} | ${cells.join(' | ')} |`;
    }),
  ].join('\n');
}

/** How fast something rises an hour, with the standard error. */
function slope(samples: readonly Sample[], of: (sample: Sample) => number, unit: string): string {
  const { slope: rise, error } = regression(
    samples.map(({ minutes }) => minutes / 60),
    samples.map(of),
  );
  return `${rise.toFixed(1)} ± ${error.toFixed(1)} ${unit}/h`;
}
