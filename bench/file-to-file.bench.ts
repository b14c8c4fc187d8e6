import { join } from 'node:path';
import { present } from '../src/core/present.js';
import { readModel } from '../src/model/model-folder.js';
import { colorMap } from './peers/color-map.js';
import { paletteFloor } from '../src/palette-floor.js';
import { interleaved, type Bench, type Case, type Contender, type Row } from './harness.js';
import type { JobRequest } from './job-messages.js';
import { runJobs, type Ran } from './job-process.js';

const SIZE = { width: 640, height: 512 };
const COLOR_MAP = 'OpenCV applyColorMap in Python';
const FLOOR = 'palette floor: one ffmpeg';

/** daylit and the loop that it is compared with, on one of the model's graphs. */
const PRECISIONS = [
  { precision: 'fp32', plain: 'plain Node loop, fp32', daylit: 'daylit, fp32' },
  { precision: 'int8', plain: 'plain Node loop, int8', daylit: 'daylit, int8' },
] as const;

/** A recording in, a recording out: what a user waits for. */
export const fileToFile: Case = {
  name: 'file-to-file',
  title: 'File to file, 640×512 H.264 in, H.264 ultrafast out',
  method:
    'Frames a second from the start of decoding to the finished file, the model loaded before; each run in a fresh process. Running ahead, as many threads colour frames as there are cores; daylit does so on half of the cores, so not at all on two if not told otherwise. All code with the same settings; daylit and the plain loop run the same graph with the same tokens and make the same pictures.',
  run: async (bench) => {
    const frames = bench.quick ? 6 : 240;
    const input = await bench.clips.recording('640x512', frames);
    const { int8Graph } = await readModel(bench.model);
    const graphs = PRECISIONS.filter(({ precision }) => precision === 'fp32' || int8Graph !== undefined);
    const runs = new Map<string, Ran[]>();
    const contender = (
      name: string,
      job: Pick<JobRequest, 'contender' | 'precision' | 'threads' | 'ahead'>,
    ): Contender => {
      const kept: Ran[] = [];
      runs.set(name, kept);
      return async () => {
        const ran = await oneRun(bench, input, frames, job);
        kept.push(ran);
        return (ran.frames * 1000) / ran.milliseconds;
      };
    };
    const contenders: Record<string, Contender> = {
      [FLOOR]: async () =>
        (frames * 1000) / (await paletteFloor(bench.ffmpeg.path, input, join(bench.scratch, 'out.mp4'))),
    };
    const { python } = bench;
    if (python !== undefined) {
      contenders[COLOR_MAP] = async () =>
        (frames * 1000) / (await colorMap(python, bench.ffmpeg.path, input, join(bench.scratch, 'out.mp4')));
    }
    for (const { precision, plain, daylit } of graphs) {
      contenders[plain] = contender(plain, { contender: 'plain loop', precision });
      const ours = { contender: 'daylit', precision } as const;
      contenders[daylit] = contender(daylit, { ...ours, ahead: false, threads: 1 });
      const [twoThreads, ahead] = [`${daylit}, 2 threads`, `${daylit}, running ahead`];
      contenders[twoThreads] = contender(twoThreads, { ...ours, ahead: false, threads: 2 });
      contenders[ahead] = contender(ahead, { ...ours, ahead: true });
    }
    const measured = await interleaved(contenders, bench.quick ? 1 : 5);
    const row = (name: string, of: string, peer?: string): Row => ({
      ...{ name, unit: 'frames/s', better: 'larger', samples: measured[of] ?? [], ...present({ peer }) },
    });
    return [
      row(FLOOR, FLOOR),
      { ...row(COLOR_MAP, COLOR_MAP, FLOOR), ...(python === undefined ? { note: 'needs --python' } : {}) },
      ...graphs.flatMap(({ plain, daylit }) => [
        row(plain, plain),
        row(daylit, daylit, plain),
        row(`${daylit}, against the floor`, daylit, FLOOR),
        row(`${daylit}, 2 threads`, `${daylit}, 2 threads`, plain),
        row(`${daylit}, running ahead`, `${daylit}, running ahead`, plain),
        row(`${daylit}, running ahead, against the floor`, `${daylit}, running ahead`, FLOOR),
        row(`${daylit}, running ahead, against one frame at a time`, `${daylit}, running ahead`, daylit),
      ]),
      // The first run was the warm-up.
      ...graphs
        .flatMap(({ daylit }) => [daylit, `${daylit}, running ahead`])
        .flatMap((name) => stageRows(name, (runs.get(name) ?? []).slice(1))),
    ];
  },
};

async function oneRun(
  { scratch, model, ffmpeg }: Bench,
  input: string,
  frames: number,
  job: Pick<JobRequest, 'contender' | 'precision' | 'threads' | 'ahead'>,
): Promise<Ran> {
  const files = { inputs: [input], outputs: [join(scratch, 'out.mp4')], size: SIZE, frames, references: [] };
  const [ran] = await runJobs([{ ...job, ...files, model, ffmpeg: ffmpeg.path, waits: false }]);
  if (ran?.frames !== frames) throw new Error(`${job.contender}: ${String(ran?.frames)} frames of ${frames}`);
  return ran;
}

/** Where daylit's time goes; the stages overlap, and running ahead several frames are in the model at a time. */
function stageRows(daylit: string, ran: readonly Ran[]): Row[] {
  const wall = `${daylit}: wall time a frame`;
  const row = (name: string, of: (one: Ran) => number): Row => ({
    ...{ name, unit: 'ms', better: 'smaller' },
    samples: ran.map((one) => of(one) / one.frames),
  });
  const share = (name: string, of: (one: Ran) => number): Row => ({
    ...{ name, unit: '%', better: 'larger' },
    samples: ran.map((one) => (100 * of(one)) / one.milliseconds),
  });
  return [
    row(wall, (one) => one.milliseconds),
    row(`${daylit}: model`, (one) => one.stages?.model ?? NaN),
    row(`${daylit}: thermal handling`, (one) => one.stages?.normalize ?? NaN),
    row(`${daylit}: waiting for the source`, (one) => one.stages?.source ?? NaN),
    row(`${daylit}: waiting for the encoder`, (one) => one.stages?.write ?? NaN),
    share(`${daylit}: model time ÷ wall time`, (one) => one.stages?.model ?? NaN),
  ];
}
