import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { colorize, type ColourFrame, type JobInput, type Sink, type SinkReport } from '../../src/index.js';
import { secondsOf, type Size } from '../../src/core/frame.js';
import { rawThermal, reinhard } from '../../src/evaluation/baselines.js';
import { psnr } from '../../src/evaluation/psnr.js';
import { renderDaylight } from '../../src/sources/synthetic/source.js';

const STREET = 'synthetic:street?size=320x256&fps=5';

/** Keeps what it is given. */
class Pictures implements Sink {
  readonly target = 'pictures';
  readonly frames: {
    readonly seconds: number;
    readonly size: Size;
    readonly pixels: Uint8Array;
    readonly thermal: Uint8Array;
  }[] = [];

  write(frame: ColourFrame): Promise<void> {
    const { size, pixels, thermal } = frame;
    this.frames.push({ seconds: secondsOf(frame), size, pixels: pixels.slice(), thermal: thermal.slice() });
    return Promise.resolve();
  }

  finish(): Promise<SinkReport> {
    return Promise.resolve({ target: this.target, frames: this.frames.length });
  }

  discard(): Promise<void> {
    return Promise.resolve();
  }
}

async function coloured(more: JobInput): Promise<Pictures['frames']> {
  const pictures = new Pictures();
  await colorize({ input: [`${STREET}&frames=10`], ...more }, {}, { sinks: [pictures] });
  return pictures.frames;
}

suite('the synthetic street by its own daylight view', () => {
  test('comes nearer to that view than raw thermal, ironbow and Reinhard', async (t) => {
    const reference = renderDaylight(STREET, 0);
    const byModel = await coloured({ references: [STREET] });
    const byIronbow = await coloured({ palette: 'ironbow' });
    const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    const truth = byModel.map(({ seconds }) => renderDaylight(STREET, seconds).pixels);
    const score = (pictures: readonly Uint8Array[]): number =>
      mean(pictures.map((picture, index) => psnr(picture, truth[index] ?? new Uint8Array())));
    const scores = {
      daylit: score(byModel.map(({ pixels }) => pixels)),
      'raw thermal': score(byModel.map(({ thermal, size }) => rawThermal({ pixels: thermal, size }).pixels)),
      ironbow: score(byIronbow.map(({ pixels }) => pixels)),
      Reinhard: score(byModel.map(({ thermal, size }) => reinhard({ pixels: thermal, size }, reference).pixels)),
    };
    for (const [name, value] of Object.entries(scores)) t.diagnostic(`${name.padEnd(12)} ${value.toFixed(2)} dB`);
    const { daylit, ...others } = scores;
    for (const [name, value] of Object.entries(others))
      assert.ok(daylit > value, `${name}: ${value} against ${daylit}`);
  });
});
