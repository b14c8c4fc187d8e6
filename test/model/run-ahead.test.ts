import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Frame, Size } from '../../src/core/frame.js';
import { createColorizer, type ColorizerOptions } from '../../src/model/colorizer.js';
import { defaultModelFolder } from '../../src/model/model-folder.js';
import { cutModel } from '../fakes/cut-model.js';
import { greyFrame } from '../fakes/frames.js';
import { frame, open, plain } from '../fakes/tiny-pictures.js';

const SMALL = { width: 64, height: 32 };

/** Thermal pictures in which much stands still and something moves: noise by Numerical Recipes. */
function recording(
  count: number,
  size: Size,
  change: (frame: Frame, index: number) => Frame = (same) => same,
): Frame[] {
  let seed = 1;
  const still = Uint8Array.from({ length: size.width * size.height }, () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed >>> 24;
  });
  return Array.from({ length: count }, (_, index) => {
    const made = greyFrame(index, size);
    made.pixels.set(still);
    made.pixels.fill(40 * (index % 5), 0, size.width * Math.floor(size.height / 3));
    return change(made, index);
  });
}

/** All pictures of a recording, handed in without waiting for one another. */
async function coloursOf(options: ColorizerOptions, frames: readonly Frame[], smoothing = 0.8) {
  const colorizer = await createColorizer({ device: 'cpu', cacheFolder: false, ...options });
  const stream = colorizer.stream({ smoothing });
  const shown = await Promise.all(
    frames.map((each) =>
      stream.colorize({ ...each, pixels: each.pixels.slice() }).then(({ pixels }) => pixels.slice()),
    ),
  );
  await stream.close();
  await colorizer.close();
  return shown;
}

suite('running ahead', () => {
  test('pictures are those of one thread: over cuts, gaps, frozen frames, other sizes and connections', async (t) => {
    const modelFolder = await cutModel(t);
    const frames = recording(40, SMALL, (made, index) => ({
      ...made,
      ...(index >= 30 ? recording(1, { width: 80, height: 60 })[0] : {}),
      pts: index >= 20 ? index + 500 : index,
      epoch: index >= 25 ? 1 : 0,
      marks: { cut: index === 7, frozen: index === 12 || index === 13 },
    }));
    for (const smoothing of [0, 0.5, 1]) {
      const expected = await coloursOf({ modelFolder, workers: 1 }, frames, smoothing);
      for (const workers of [2, 3]) {
        const found = await coloursOf({ modelFolder, ahead: true, workers }, frames, smoothing);
        assert.deepEqual(found, expected, `${workers} threads, smoothing ${smoothing}`);
      }
    }
  });

  test('so are those of the model that ships, in each of its precisions', async () => {
    const frames = recording(8, { width: 96, height: 64 });
    for (const precision of ['fp32', 'int8'] as const) {
      const model = { modelFolder: defaultModelFolder(), precision, threads: 1 };
      const expected = await coloursOf({ ...model, workers: 1 }, frames);
      const found = await coloursOf({ ...model, ahead: true, workers: 2 }, frames);
      const worst = found.map((rgb, at) =>
        rgb.reduce((most, value, i) => Math.max(most, Math.abs(value - (expected[at]?.[i] ?? NaN))), 0),
      );
      assert.ok(Math.max(...worst) <= 1, `${precision}: ${worst.join()}`);
    }
  });

  test('a single frame, and none', async (t) => {
    const modelFolder = await cutModel(t);
    const one = recording(1, SMALL);
    const [expected, found] = [
      await coloursOf({ modelFolder, workers: 1 }, one),
      await coloursOf({ modelFolder, ahead: true, workers: 2 }, one),
    ];
    assert.deepEqual(found, expected);
    assert.deepEqual(await coloursOf({ modelFolder, ahead: true, workers: 2 }, []), []);
  });

  test('new photos count from the next frame on, and nothing of the ones before is held', async (t) => {
    const modelFolder = await cutModel(t);
    const shownBy = async (options: ColorizerOptions): Promise<number[]> => {
      const colorizer = await open(t, { modelFolder, references: [plain(255, 0, 51)], ...options });
      const [common, own] = [
        colorizer.stream({ smoothing: 1 }),
        colorizer.stream({ smoothing: 1, references: [plain(9, 9, 9)] }),
      ];
      const shown: number[] = [];
      const show = async (): Promise<void> => {
        for (const stream of [common, own]) {
          const out = await Promise.all([10, 200, 90].map((grey, index) => stream.colorize(frame(grey, index))));
          shown.push(...out.flatMap(({ pixels }) => [...pixels.subarray(0, 3)]));
        }
      };
      await show();
      await colorizer.useReferences([plain(0, 0, 153)]);
      await show();
      await own.useReferences([]);
      await show();
      return shown;
    };
    assert.deepEqual(await shownBy({ ahead: true, workers: 2 }), await shownBy({ workers: 1 }));
  });

  test('a model that tells of no place for a cut, or a wrong one', async (t) => {
    const frames = recording(3, SMALL);
    const whole = await open(t, { ahead: true, workers: 2 });
    assert.equal(whole.stream({ smoothing: 0 }).atOnce, undefined);
    await assert.rejects(
      coloursOf({ modelFolder: await cutModel(t, { maps: 'nowhere', low: 'low' }), ahead: true, workers: 2 }, frames),
      {
        code: 'MODEL_INVALID',
      },
    );
    await assert.rejects(createColorizer({ modelFolder: await cutModel(t, { maps: 'present' }), cacheFolder: false }), {
      code: 'MODEL_INVALID',
    });
  });
});
