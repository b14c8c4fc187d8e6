import { systemClock } from '../src/core/clock.js';
import { BufferPool } from '../src/core/buffer-pool.js';
import type { Sink, Source } from '../src/core/contracts.js';
import { frameOf, type Frame } from '../src/core/frame.js';
import { realWait } from '../src/core/wait.js';
import { Colorizer, sources } from '../src/parts.js';
import { inRealTime } from '../src/sources/in-real-time.js';
import { stream } from '../src/stream.js';
import type { LiveRequest, LiveResult } from './live-messages.js';

/** Milliseconds at the beginning that do not count: code is compiled, arenas fill. */
const SETTLING = 1000;
const NOWHERE = 'nowhere';

const request = JSON.parse(process.argv[2] ?? '') as LiveRequest;
const { size, framesPerSecond, seconds } = request;

/** A camera that sends these pictures over and over again, each at its time. */
function camera(pictures: readonly Uint8Array[]): Source {
  const pool = new BufferPool();
  const timeBase = { numerator: 1, denominator: framesPerSecond };
  async function* frames(signal?: AbortSignal): AsyncGenerator<Frame> {
    for (let sequence = 0; signal?.aborted !== true; sequence += 1) {
      const picture = pictures[sequence % pictures.length] ?? new Uint8Array();
      const pixels = pool.take(picture.length);
      pixels.set(picture);
      await Promise.resolve();
      const fresh = { pixels, format: 'gray8', size, pts: sequence, timeBase, arrivedAt: 0, sequence } as const;
      yield frameOf(fresh, () => {
        pool.give(pixels);
      });
    }
  }
  const info = { kind: 'raw', label: 'camera', delivery: 'keepLatest', size, format: 'gray8', timeBase } as const;
  return inRealTime({ info, frames }, systemClock, realWait);
}

/** Takes every frame at once and notes its age. */
function measuring(ages: number[], countFrom: number): Sink {
  let frames = 0;
  return {
    target: NOWHERE,
    write: (frame) => {
      frames += 1;
      if (frame.arrivedAt >= countFrom) ages.push(systemClock.now() - frame.arrivedAt);
      return Promise.resolve();
    },
    finish: () => Promise.resolve({ target: NOWHERE, frames }),
    discard: () => Promise.resolve(),
  };
}

const pictures: Uint8Array[] = [];
for await (const frame of (await sources.open(request.recording)).frames()) {
  pictures.push(frame.pixels.slice());
  frame.release();
}
const colorizer = await Colorizer.create({
  ...{ modelFolder: request.model, device: 'cpu', precision: request.precision, pool: new BufferPool(64) },
});
const end = AbortSignal.timeout(SETTLING + 1000 * seconds);
const countFrom = systemClock.now() + SETTLING;
const ages = Array.from({ length: request.cameras }, (): number[] => []);
const statuses = await Promise.all(
  ages.map((own) =>
    stream(
      { input: 'rtsp://camera', outputs: [] },
      { until: end },
      {
        colorizer,
        connect: () => Promise.resolve(camera(pictures)),
        sinks: [{ target: NOWHERE, open: () => Promise.resolve(measuring(own, countFrom)) }],
      },
    ),
  ),
);
const result: LiveResult = {
  ages: ages.flat(),
  framesIn: statuses.reduce((sum, { framesIn }) => sum + framesIn, 0),
  dropped: statuses.reduce((sum, { dropped }) => sum + dropped, 0),
  shares: ages.map(({ length }) => length),
  residentBytes: process.memoryUsage.rss(),
};
await colorizer.close();
process.send?.(result, () => {
  process.disconnect();
});
