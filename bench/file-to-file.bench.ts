import { join } from 'node:path';
import { interleaved, type Case, type Row } from './harness.js';
import type { JobRequest } from './job-messages.js';
import { runJobs, type Ran } from './job-process.js';
import { palette } from './peers/palette.js';

const SIZE = { width: 640, height: 512 };
const PLAIN = 'plain Node loop';
const FLOOR = 'palette floor: one ffmpeg';

/** A recording in, a recording out: what a user waits for. */
export const fileToFile: Case = {
  name: 'file-to-file',
  title: 'File to file, 640×512 H.264 in, H.264 ultrafast out',
  method:
    'Frames a second from the start of decoding to the finished file, models loaded before; each run in a fresh process. All code with the same settings; daylit and the plain loop run the same graph with the same tokens.',
  run: async (bench) => {
    const frames = bench.quick ? 6 : 150;
    const input = await bench.clips.recording('640x512', frames);
    const output = (name: string): string => join(bench.scratch, `${name}.mp4`);
    const job = (contender: JobRequest['contender'], threads?: number) => async (): Promise<Ran> => {
      const outputs = [output(contender)];
      const common = { inputs: [input], outputs, size: SIZE, frames, references: [], waits: false };
      const { model, ffmpeg } = bench;
      const request = {
        contender,
        ...common,
        model,
        ffmpeg: ffmpeg.path,
        ...(threads === undefined ? {} : { threads }),
      };
      const [ran] = await runJobs([request]);
      if (ran?.frames !== frames) throw new Error(`${contender}: ${String(ran?.frames)} frames of ${frames}`);
      return ran;
    };
    const ran: Ran[] = [];
    const measured = await interleaved(
      {
        [FLOOR]: async () => (frames * 1000) / (await palette(bench.ffmpeg.path, input, output('palette'))),
        [PLAIN]: rate(job('plain loop')),
        daylit: rate(job('daylit'), ran),
        'daylit, 2 threads': rate(job('daylit', 2)),
      },
      bench.quick ? 1 : 5,
    );
    return [
      ...Object.entries(measured).map(([name, samples]) => rowOf(name, samples)),
      { ...rowOf('daylit', measured.daylit), name: 'daylit, against the floor', peer: FLOOR },
      // The first was the warm-up.
      ...stageRows(ran.slice(1)),
    ];
  },
};

function rate(job: () => Promise<Ran>, into: Ran[] = []): () => Promise<number> {
  return async () => {
    const ran = await job();
    into.push(ran);
    return (ran.frames * 1000) / ran.milliseconds;
  };
}

function rowOf(name: string, samples: readonly number[]): Row {
  const peer = name === FLOOR || name === PLAIN ? {} : { peer: PLAIN };
  return { name, unit: 'frames/s', better: 'larger', samples, ...peer };
}

/** Where daylit's time goes; the stages overlap. */
function stageRows(ran: readonly Ran[]): Row[] {
  const WALL = 'daylit: wall time a frame';
  const milliseconds = (name: string, of: (one: Ran) => number): Row => ({
    ...{ name, unit: 'ms', better: 'smaller' },
    samples: ran.map((one) => of(one) / one.frames),
    ...(name === WALL ? {} : { peer: WALL }),
  });
  return [
    milliseconds(WALL, (one) => one.milliseconds),
    milliseconds('daylit: model', (one) => one.stages?.model ?? NaN),
    milliseconds('daylit: thermal handling', (one) => one.stages?.normalize ?? NaN),
    milliseconds('daylit: waiting for the source', (one) => one.stages?.source ?? NaN),
    milliseconds('daylit: waiting for the encoder', (one) => one.stages?.write ?? NaN),
    {
      ...{ name: 'daylit: model time ÷ wall time', unit: '%', better: 'larger' },
      samples: ran.map((one) => (100 * (one.stages?.model ?? NaN)) / one.milliseconds),
    },
  ];
}
