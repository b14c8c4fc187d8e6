import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { abError, chroma, chromaRatio } from '../../src/evaluation/chroma.js';
import { colourfulness } from '../../src/evaluation/colourfulness.js';
import { hueObedience, hueShift, turnHue } from '../../src/evaluation/hue-obedience.js';
import { fromLab, toLab } from '../../src/evaluation/lab.js';
import { lumaOf } from '../../src/evaluation/luma.js';
import type { ColourPicture } from '../../src/evaluation/pictures.js';
import { swapOf, swapShare } from '../../src/evaluation/swap-test.js';

const picture = (...rgb: readonly number[]): ColourPicture => ({
  pixels: Uint8Array.from(rgb),
  size: { width: rgb.length / 3, height: 1 },
});
/** Soft colours, which stay on the screen when their hue is turned. */
const soft = fc.array(fc.integer({ min: 110, max: 150 }), { minLength: 12, maxLength: 12 });

suite('Lab', () => {
  test('of colours with published values (sRGB, D65)', () => {
    const published: readonly (readonly [rgb: readonly number[], lab: readonly number[]])[] = [
      [
        [255, 255, 255],
        [100, 0, 0],
      ],
      [
        [0, 0, 0],
        [0, 0, 0],
      ],
      [
        [255, 0, 0],
        [53.24, 80.09, 67.2],
      ],
      [
        [0, 255, 0],
        [87.73, -86.18, 83.18],
      ],
      [
        [0, 0, 255],
        [32.3, 79.19, -107.86],
      ],
    ];
    for (const [rgb, lab] of published) {
      toLab(Uint8Array.from(rgb)).forEach((value, i) => {
        assert.ok(Math.abs(value - (lab[i] ?? NaN)) < 0.05, `${rgb.join(' ')}: ${value}`);
      });
    }
  });

  test('leads back to every colour', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 30, maxLength: 30 }), (rgb) => {
        fromLab(toLab(rgb)).forEach((level, i) => {
          assert.ok(Math.abs(level - (rgb[i] ?? NaN)) <= 1);
        });
      }),
    );
  });
});

suite('chroma', () => {
  test('is nothing for grey; errors in it leave lightness aside', () => {
    assert.ok(chroma(toLab(picture(7, 7, 7, 200, 200, 200).pixels)) < 0.01);
    assert.ok(abError(toLab(picture(7, 7, 7).pixels), toLab(picture(200, 200, 200).pixels)) < 0.01);
    const red = toLab(picture(255, 0, 0).pixels);
    assert.ok(Math.abs(chroma(red) - Math.hypot(80.09, 67.2)) < 0.1);
    assert.ok(Math.abs(abError(red, toLab(picture(90, 90, 90).pixels)) - chroma(red)) < 0.01);
  });

  test('as a ratio does not blow up over a grey reference', () => {
    assert.equal(chromaRatio(6, 12), 0.5);
    assert.equal(chromaRatio(0.4, 0), 0.4);
  });

  test('luma weighs red, green and blue as BT.601 does', () => {
    assert.deepEqual([...lumaOf(picture(255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 9, 9).pixels)], [76, 150, 29, 9]);
  });
});

suite('colourfulness', () => {
  test('is nothing for grey and follows the formula of Hasler and Süsstrunk', () => {
    assert.equal(colourfulness(picture(7, 7, 7, 200, 200, 200).pixels), 0);
    // Red: rg 200, yb 100; blue: rg 0, yb -200.
    const expected = Math.hypot(100, 150) + 0.3 * Math.hypot(100, 50);
    assert.ok(Math.abs(colourfulness(picture(200, 0, 0, 0, 0, 200).pixels) - expected) < 1e-4);
  });
});

suite('hue obedience', () => {
  const shiftOf = (reference: ColourPicture, output: ColourPicture, turnedOutput: ColourPicture) => {
    const [before, after] = [reference, turnHue(reference)].map(({ pixels }) => toLab(pixels));
    assert.ok(before && after);
    return hueShift({
      reference: before,
      turnedReference: after,
      output: toLab(output.pixels),
      turnedOutput: toLab(turnedOutput.pixels),
    });
  };

  test('is 1 for an output that turns with its reference, 0 for one that stays, -1 for one that turns away', () => {
    fc.assert(
      fc.property(soft, (rgb) => {
        const reference = picture(...rgb);
        const turned = turnHue(reference);
        const follows = shiftOf(reference, reference, turned);
        fc.pre(follows.asked > 1);
        assert.ok(Math.abs(hueObedience([follows]) - 1) < 1e-9);
        assert.equal(hueObedience([shiftOf(reference, turned, turned)]), 0);
        assert.ok(Math.abs(hueObedience([shiftOf(reference, turned, reference)]) + 1) < 1e-9);
      }),
    );
  });

  test('turning by 90° four times leads back, and keeps lightness and chroma', () => {
    const start = picture(150, 120, 110, 118, 130, 149);
    const once = turnHue(start);
    const [before, after] = [toLab(start.pixels), toLab(once.pixels)];
    for (const i of [0, 3]) {
      assert.ok(Math.abs((before[i] ?? 0) - (after[i] ?? 0)) < 0.5);
      assert.ok(Math.abs((before[i + 1] ?? 0) - (after[i + 2] ?? 0)) < 0.5);
      assert.ok(Math.abs((before[i + 2] ?? 0) + (after[i + 1] ?? 0)) < 0.5);
    }
    turnHue(turnHue(turnHue(once))).pixels.forEach((level, i) => {
      assert.ok(Math.abs(level - (start.pixels[i] ?? 0)) <= 2);
    });
  });

  test('counts a strongly coloured reference more than a pale one', () => {
    assert.equal(
      hueObedience([
        { asked: 90, got: 90 },
        { asked: 10, got: 0 },
      ]),
      0.9,
    );
  });
});

suite('swap test', () => {
  test('is the share of the distance of two references that their outputs keep', () => {
    const [dark, light, middle] = [40, 200, 120].map((level) => toLab(picture(level, level, level).pixels));
    assert.ok(dark && light && middle);
    assert.equal(swapShare([swapOf([dark, light], [dark, light])]), 1);
    assert.equal(swapShare([swapOf([dark, light], [middle, middle])]), 0);
    const some = swapShare([swapOf([dark, light], [dark, middle])]);
    assert.ok(some > 0.4 && some < 0.6);
  });
});
