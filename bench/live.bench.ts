import { fork } from 'node:child_process';
import { readModel } from '../src/model/model-folder.js';
import { childMessage } from './child-message.js';
import type { Bench, Case, Row } from './harness.js';
import type { LiveRequest, LiveResult } from './live-messages.js';
import { quantile } from './statistics.js';

const SIZE = { width: 640, height: 512 };
const FPS = 25;
/** A machine holds cameras as long as they drop no more than this and are no later than that. */
const MOST_DROPPED = 0.01;
const LATEST_MS = 60;
const MOST_CAMERAS = 32;
/** Enough to see what each further one costs, and whether they share fairly. */
const AT_LEAST = 4;

/** Cameras in their own time. */
export const live: Case = {
  name: 'live',
  title: `Live cameras, 640×512, ${FPS} frames a second each`,
  method:
    'Cameras of one process that send a recording in its own time and share one model, the faster graph of the machine. Age: from a frame’s arrival until an output has its colours, nothing being encoded; the first second is left out. Cameras are added, each number in a fresh process, until they drop more than 1 % or the age’s 95th percentile exceeds 60 ms.',
  run: async (bench) => {
    const precision = (await readModel(bench.model)).int8Graph === undefined ? 'fp32' : 'auto';
    const recording = await bench.clips.recording('640x512', bench.quick ? 6 : 50);
    const seconds = bench.quick ? 1 : 4;
    const common = { seconds, recording, size: SIZE, framesPerSecond: FPS, model: bench.model, precision } as const;
    const runs: LiveResult[] = [];
    let held = 0;
    for (let cameras = 1; cameras <= (bench.quick ? 1 : MOST_CAMERAS); cameras += 1) {
      const run = await runLive({ ...common, cameras });
      runs.push(run);
      if (holds(run) && held === cameras - 1) held = cameras;
      else if (cameras >= AT_LEAST) break;
    }
    return rowsOf(bench, runs, held);
  },
};

function holds({ ages, dropped, framesIn }: LiveResult): boolean {
  return dropped <= MOST_DROPPED * framesIn && quantile(ages, 0.95) <= LATEST_MS;
}

function rowsOf(bench: Bench, runs: readonly LiveResult[], held: number): readonly Row[] {
  const [one] = runs;
  const last = runs.at(-1);
  const ms = { unit: 'ms', better: 'smaller' } as const;
  const shares = last?.shares ?? [];
  const more =
    one === undefined || last === undefined || last === one
      ? []
      : [(last.residentBytes - one.residentBytes) / (runs.length - 1) / 1e6];
  return [
    { name: 'one camera, age, median', ...ms, samples: [quantile(one?.ages ?? [], 0.5)] },
    { name: 'one camera, age, 95th percentile', ...ms, samples: [quantile(one?.ages ?? [], 0.95)] },
    { name: 'one camera, frames dropped', unit: '%', better: 'smaller', samples: [droppedOf(one)] },
    ...(bench.quick ? [] : [{ name: 'cameras held', unit: 'cameras', better: 'larger', samples: [held] } as const]),
    { name: 'memory of each further camera', unit: 'MB', better: 'smaller', samples: more },
    {
      ...{ name: `fairness: most ÷ fewest frames of ${shares.length} cameras`, unit: '×', better: 'smaller' },
      samples: [Math.max(...shares) / Math.min(...shares)],
    },
  ];
}

function droppedOf(run: LiveResult | undefined): number {
  return run === undefined ? NaN : (100 * run.dropped) / Math.max(1, run.framesIn);
}

async function runLive(request: LiveRequest): Promise<LiveResult> {
  const child = fork(new URL('./live-program.js', import.meta.url), [JSON.stringify(request)]);
  return (await childMessage(child)) as LiveResult;
}
