import { join } from 'node:path';
import type { Bench, Case, Row } from './harness.js';
import type { JobRequest } from './job-messages.js';
import { runJobs, type Ran } from './job-process.js';

const SIZE = { width: 96, height: 64 };
/** Stretches of the run that are left out at its start: code is compiled, pools fill. */
const SETTLING = 4;
const PLAIN = 'plain Node loop';

/** What stays behind of each frame, and whether memory grows. */
export const steadyState: Case = {
  name: 'steady-state',
  title: 'A long run: 10,000 frames of 96×64',
  method:
    'File to file in one process each. The run is cut into 20 stretches; the first 4 are left out. Garbage is what the main thread allocates a frame; resident memory is the process’s own, without its ffmpegs.',
  run: async (bench) => {
    const daylit = await ran(bench, 'daylit');
    const plain = await ran(bench, 'plain loop');
    return [
      ...memoryRows(PLAIN, plain, undefined),
      ...memoryRows('daylit', daylit, PLAIN),
      {
        ...megabytes('daylit, resident at the end', daylit.memory.resident.slice(-SETTLING)),
        peer: 'daylit, resident at a quarter',
      },
    ];
  },
};

async function ran({ clips, scratch, quick, model, ffmpeg }: Bench, contender: JobRequest['contender']): Promise<Ran> {
  const frames = quick ? 200 : 10_000;
  const input = await clips.recording(`${SIZE.width}x${SIZE.height}`, frames);
  const common = { inputs: [input], outputs: [join(scratch, 'long.mp4')], size: SIZE, frames, references: [] };
  const [one] = await runJobs([{ contender, ...common, model, ffmpeg: ffmpeg.path, precision: 'fp32', waits: false }]);
  if (one?.frames !== frames) throw new Error(`${contender}: ${String(one?.frames)} frames of ${frames}`);
  return one;
}

function memoryRows(name: string, { memory }: Ran, peer: string | undefined): Row[] {
  const row = (what: string, bytes: readonly number[]): Row => ({
    ...{ name: `${name}, ${what}`, unit: 'kB', better: 'smaller' },
    // A stretch in which a collection came between any two looks has no figure.
    samples: bytes
      .slice(SETTLING)
      .filter(Number.isFinite)
      .map((value) => value / 1000),
    ...(peer === undefined ? {} : { peer: `${peer}, ${what}` }),
  });
  return [
    row('objects a frame', memory.heapPerFrame),
    row('buffers a frame', memory.buffersPerFrame),
    megabytes(`${name}, resident at a quarter`, memory.resident.slice(SETTLING, 2 * SETTLING)),
  ];
}

function megabytes(name: string, bytes: readonly number[]): Row {
  return { name, unit: 'MB', better: 'smaller', samples: bytes.map((value) => value / 1e6) };
}
