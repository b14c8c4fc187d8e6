import { performance } from 'node:perf_hooks';
import type { Frame, Size } from '../core/frame.js';
import { createColorizer } from './colorizer.js';
import type { ModelOptions } from './open-model.js';
import { selfTestInput } from './self-test.js';
import { IN_THREAD } from './stream-dispatcher.js';

const SIZE: Size = { width: 640, height: 512 };
/** Milliseconds in which the threads are begun and caches fill, and in which frames count. */
const SETTLING_MS = 1000;
const COUNTING_MS = 1000;

/** What running ahead makes of a recording. */
export interface AheadSpeed {
  /** Frames that are drawn at a time. */
  readonly atOnce: number;
  readonly framesPerSecond: number;
  readonly size: Size;
}

/**
 * Colours a made-up recording as fast as the model goes, with nothing to decode or encode beside it.
 * @returns undefined where the machine or the model colours one frame after another
 * @throws DaylitError as createColorizer
 */
export async function measureAhead(options: ModelOptions): Promise<AheadSpeed | undefined> {
  const colorizer = await createColorizer({ ...options, cacheFolder: false, ahead: true });
  try {
    const stream = colorizer.stream({ smoothing: 0.8 });
    const { atOnce } = stream;
    if (atOnce === undefined) return undefined;
    const pixels = selfTestInput(1, SIZE, { width: 1, height: 1 }).frame;
    const begun = performance.now();
    let frames = 0;
    const feed = async (): Promise<void> => {
      for (;;) {
        const since = performance.now() - begun;
        if (since > SETTLING_MS + COUNTING_MS) return;
        (await stream.colorize(still(pixels))).release();
        if (since > SETTLING_MS) frames += 1;
      }
    };
    await Promise.all(Array.from({ length: atOnce + IN_THREAD }, feed));
    const elapsed = performance.now() - begun - SETTLING_MS;
    return { atOnce: atOnce / IN_THREAD, framesPerSecond: (1000 * frames) / elapsed, size: SIZE };
  } finally {
    await colorizer.close();
  }
}

function still(pixels: Uint8Array<ArrayBuffer>): Frame {
  return {
    ...{ pixels, format: 'gray8', size: SIZE, pts: 0, timeBase: { numerator: 1, denominator: 25 }, arrivedAt: 0 },
    ...{ epoch: 0, sequence: 0, marks: {}, release: () => undefined },
  };
}
