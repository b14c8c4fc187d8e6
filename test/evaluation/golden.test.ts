import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import sharp from 'sharp';
import { packageRoot } from '../../src/core/package-root.js';
import { histogramMatch, reinhard } from '../../src/evaluation/baselines.js';
import { hueShift, turnHue } from '../../src/evaluation/hue-obedience.js';
import { meanLab, toLab } from '../../src/evaluation/lab.js';
import { measure, yardstickOf } from '../../src/evaluation/measures.js';
import type { ColourPicture } from '../../src/evaluation/pictures.js';
import { psnr } from '../../src/evaluation/psnr.js';
import { readPhoto } from '../../src/evaluation/read-photo.js';
import { swapOf } from '../../src/evaluation/swap-test.js';

const FOLDER = join(packageRoot(), 'test', 'fixtures', 'evaluation');

const FIGURES = ['psnr', 'ssim', 'ab_error', 'contrast', 'structure', 'apce', 'colourfulness'] as const;

interface Golden {
  readonly cases: readonly (Readonly<Record<(typeof FIGURES)[number], number>> & {
    readonly name: string;
    readonly chroma: number;
    readonly mean_lab: readonly number[];
    readonly hue: { readonly asked: number; readonly got: number };
    readonly swap: number;
    readonly baselines: Readonly<Record<'reinhard' | 'histogram', { readonly psnr: number; readonly mean: number }>>;
  })[];
  readonly lab: readonly { readonly rgb: readonly number[]; readonly lab: readonly number[] }[];
}

const golden = JSON.parse(readFileSync(join(FOLDER, 'golden.json'), 'utf8')) as Golden;

/** Agreement asked for: a thousandth of the value, and near nothing a thousandth. */
function near(actual: number, expected: number, what: string): void {
  const allowed = 1e-3 * Math.max(1, Math.abs(expected));
  assert.ok(Math.abs(actual - expected) <= allowed, `${what}: ${actual} instead of ${expected}`);
}

const photo = (name: string): Promise<ColourPicture> => readPhoto(join(FOLDER, `${name}.png`));

suite('figures of train/ (see test/fixtures/evaluation)', () => {
  for (const expected of golden.cases) {
    test(`on the ${expected.name} pictures`, async () => {
      const [real, reference, output] = await Promise.all(
        ['real', 'reference', 'output'].map((kind) => photo(`${expected.name}-${kind}`)),
      );
      assert.ok(real && reference && output);
      const { data } = await sharp(join(FOLDER, `${expected.name}-thermal.png`))
        .toColourspace('b-w')
        .raw()
        .toBuffer({ resolveWithObject: true });
      const thermal = { pixels: data, size: real.size };
      assert.equal(data.length, real.size.width * real.size.height);

      const { figures, lab, chroma } = measure(output, yardstickOf(thermal, real));
      for (const name of FIGURES) near(figures[name], expected[name], name);
      near(chroma, expected.chroma, 'chroma');
      meanLab(lab).forEach((value, i) => {
        near(value, expected.mean_lab[i] ?? NaN, 'mean Lab');
      });

      const referenceLab = toLab(reference.pixels);
      const shift = hueShift({
        reference: referenceLab,
        turnedReference: toLab(turnHue(reference, 90).pixels),
        output: lab,
        turnedOutput: toLab(turnHue(output, 60).pixels),
      });
      near(shift.asked, expected.hue.asked, 'hue asked');
      near(shift.got, expected.hue.got, 'hue got');
      near(swapOf([referenceLab, referenceLab], [lab, referenceLab]).got, expected.swap, 'swap');

      const painted = { reinhard: reinhard(thermal, reference), histogram: histogramMatch(thermal, reference) };
      for (const name of ['reinhard', 'histogram'] as const) {
        const { pixels } = painted[name];
        near(psnr(pixels, real.pixels), expected.baselines[name].psnr, `${name} psnr`);
        near(pixels.reduce((sum, value) => sum + value, 0) / pixels.length, expected.baselines[name].mean, name);
      }
    });
  }

  test('Lab of known colours', () => {
    assert.equal(golden.lab.length, 8);
    for (const { rgb, lab } of golden.lab) {
      toLab(Uint8Array.from(rgb)).forEach((value, i) => {
        near(value, lab[i] ?? NaN, `Lab ${String(i)} of ${rgb.join(' ')}`);
      });
    }
  });
});
