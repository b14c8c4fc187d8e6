import { join } from 'node:path';
import { readModel } from '../src/model/model-folder.js';
import { interleaved, type Case, type Contender } from './harness.js';
import type { JobRequest } from './job-messages.js';
import { runJobs } from './job-process.js';

const SIZE = { width: 640, height: 512 };
const STREAMS = [0, 1, 2, 3];
const APART = 'four processes';
const TOGETHER = 'one process';

/** Several cameras on one machine: together or apart. */
export const streams: Case = {
  name: 'streams',
  title: 'Four recordings at a time, 640×512',
  method:
    'Frames a second of all four together, from a common start with models loaded, in the one process up to as many times as there are cores, to the last finished file; by the int8 graph where the model has one; and the most memory that the processes held, their ffmpegs not counted.',
  run: async ({ quick, clips, scratch, model, ffmpeg }) => {
    const frames = quick ? 3 : 40;
    const precision = (await readModel(model)).int8Graph === undefined ? 'fp32' : 'int8';
    const input = await clips.recording('640x512', frames);
    const request = (streamsOf: readonly number[]): JobRequest => ({
      contender: 'daylit',
      inputs: streamsOf.map(() => input),
      outputs: streamsOf.map((stream) => join(scratch, `stream-${stream}.mp4`)),
      ...{ size: SIZE, frames, references: [], model, ffmpeg: ffmpeg.path, precision, waits: true },
    });
    const megabytes: Record<'apart' | 'together', number[]> = { apart: [], together: [] };
    const contender = (way: 'apart' | 'together', requests: readonly JobRequest[]): Contender => {
      return async () => {
        const ran = await runJobs(requests);
        megabytes[way].push(ran.reduce((sum, { peakBytes }) => sum + peakBytes, 0) / 1e6);
        return (STREAMS.length * frames * 1000) / Math.max(...ran.map(({ milliseconds }) => milliseconds));
      };
    };
    const measured = await interleaved(
      {
        apart: contender(
          'apart',
          STREAMS.map((stream) => request([stream])),
        ),
        together: contender('together', [request(STREAMS)]),
      },
      quick ? 1 : 3,
    );
    const rate = { unit: 'frames/s', better: 'larger' } as const;
    const memory = { unit: 'MB', better: 'smaller' } as const;
    return [
      { name: APART, ...rate, samples: measured.apart },
      { name: TOGETHER, ...rate, samples: measured.together, peer: APART },
      // The first was the warm-up.
      { name: `${APART}, memory`, ...memory, samples: megabytes.apart.slice(1) },
      { name: `${TOGETHER}, memory`, ...memory, samples: megabytes.together.slice(1), peer: `${APART}, memory` },
    ];
  },
};
