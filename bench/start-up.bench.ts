import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { interleaved, type Case } from './harness.js';
import type { JobRequest } from './job-messages.js';
import { runJobs } from './job-process.js';

const SIZE = { width: 640, height: 512 };
const PLAIN = 'plain Node loop';

/** From nothing to the first picture. */
export const startUp: Case = {
  name: 'start-up',
  title: 'Start to first coloured frame',
  method:
    'Milliseconds from the start of a fresh Node process to the first coloured 640×512 frame, everything read from disk. daylit takes a photo and picks the faster of its graphs; for the first time it encodes the one and measures the other. The plain loop has no photo and no choice.',
  run: async ({ quick, clips, scratch, model, ffmpeg }) => {
    const frames = 5;
    const input = await clips.recording('640x512', frames);
    const photo = await clips.photo();
    const kept = await mkdtemp(join(scratch, 'cache-'));
    const first = async (
      contender: JobRequest['contender'],
      references: readonly string[],
      cache: string,
    ): Promise<number> => {
      const outputs = [join(scratch, 'first.mp4')];
      const common = { inputs: [input], outputs, size: SIZE, frames, waits: false };
      const request = { contender, ...common, references, model, ffmpeg: ffmpeg.path, precision: 'auto' } as const;
      const [ran] = await runJobs([request], { XDG_CACHE_HOME: cache });
      return ran === undefined ? NaN : ran.firstFrameAt - ran.startedAt;
    };
    const measured = await interleaved(
      {
        plain: () => first('plain loop', [], kept),
        cached: () => first('daylit', [photo], kept),
        fresh: async () => first('daylit', [photo], await mkdtemp(join(scratch, 'cache-'))),
      },
      quick ? 1 : 7,
    );
    const common = { unit: 'ms', better: 'smaller' } as const;
    return [
      { name: PLAIN, ...common, samples: measured.plain },
      { name: 'daylit, photo and speed known', ...common, samples: measured.cached, peer: PLAIN },
      { name: 'daylit, for the first time', ...common, samples: measured.fresh, peer: PLAIN },
    ];
  },
};
