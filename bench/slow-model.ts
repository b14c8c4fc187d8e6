/*
 * A model of 5 pictures a second under a camera of 30, for `--seconds` (180): prints how old pictures are in the first
 * and the last minute, and the account of what came in.
 */
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { BufferPool } from '../src/core/buffer-pool.js';
import { systemClock } from '../src/core/clock.js';
import type { Colorizer, Sink } from '../src/core/contracts.js';
import { createPaletteColorizer } from '../src/pipeline/palette-colorizer.js';
import { stream } from '../src/stream.js';
import { quantile } from './statistics.js';

const MODEL_MS = 200;
const { values } = parseArgs({ options: { seconds: { type: 'string', default: '180' } } });
const seconds = Number(values.seconds);

/** One picture at a time, each for so long. */
function slowly(colorizer: Colorizer): Colorizer {
  return {
    stream: (options) => {
      const quick = colorizer.stream(options);
      let before: Promise<unknown> = Promise.resolve();
      return {
        colorize: (frame) => {
          const result = before.then(() => setTimeout(MODEL_MS)).then(() => quick.colorize(frame));
          before = result;
          return result;
        },
        close: () => quick.close(),
      };
    },
    close: () => colorizer.close(),
  };
}

const ages: { readonly at: number; readonly age: number }[] = [];
const watch: Sink = {
  target: 'watch',
  write: ({ arrivedAt }) => {
    const at = systemClock.now();
    ages.push({ at, age: at - arrivedAt });
    return Promise.resolve();
  },
  finish: () => Promise.resolve({ target: 'watch', frames: ages.length }),
  discard: () => Promise.resolve(),
};

const start = systemClock.now();
const status = await stream(
  { input: 'synthetic:street?size=160x128&fps=30&frames=endless' },
  { until: AbortSignal.timeout(1000 * seconds) },
  {
    colorizer: slowly(createPaletteColorizer('ironbow', new BufferPool())),
    sinks: [{ target: watch.target, open: () => Promise.resolve(watch) }],
  },
);
const within = (from: number, to: number): string => {
  const those = ages.filter(({ at }) => at >= start + 1000 * from && at < start + 1000 * to).map(({ age }) => age);
  return `p50 ${quantile(those, 0.5).toFixed(0)} ms, p95 ${quantile(those, 0.95).toFixed(0)} ms of ${those.length} pictures`;
};
const window = Math.min(60, seconds / 3);
console.log(`Age in the first ${window} s: ${within(0, window)}; in the last: ${within(seconds - window, seconds)}.`);
const { framesIn, coloured, dropped, unreadable } = status;
console.log(`${framesIn} in = ${coloured} coloured + ${dropped} dropped + ${unreadable} unreadable: ${framesIn === coloured + dropped + unreadable ? 'exact' : 'NOT EXACT'}.`); // prettier-ignore
