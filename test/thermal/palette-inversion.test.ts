import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import sharp from 'sharp';
import { detectPalette, hasColour } from '../../src/thermal/palette-detection.js';
import { applyInverse, applyLuma, inverseOf, inverseOfPalette } from '../../src/thermal/palette-inversion.js';
import { applyPalette, PALETTE_NAMES, type PaletteName } from '../../src/thermal/palettes.js';
import { noise, scene8 } from '../fakes/thermal-scene.js';

const COLOURED = PALETTE_NAMES.filter((name) => !name.endsWith('-hot'));
const SIZE = { width: 160, height: 120 };

function painted(name: PaletteName, gray: Uint8Array): Uint8Array {
  const rgb = new Uint8Array(gray.length * 3);
  applyPalette(name, gray, rgb);
  return rgb;
}

async function throughJpeg(rgb: Uint8Array): Promise<Uint8Array> {
  const jpeg = await sharp(rgb, { raw: { ...SIZE, channels: 3 } })
    .jpeg({ quality: 92, chromaSubsampling: '4:4:4' })
    .toBuffer();
  return sharp(jpeg).raw().toBuffer();
}

/** A picture with smooth areas in every level, as JPEG keeps them well. */
function ramp(): Uint8Array {
  return Uint8Array.from({ length: SIZE.width * SIZE.height }, (_, i) => {
    const [x, y] = [i % SIZE.width, Math.floor(i / SIZE.width)];
    return Math.round((255 * (x + y * 0.5)) / (SIZE.width + SIZE.height * 0.5));
  });
}

const meanError = (a: Uint8Array, b: Uint8Array): number =>
  a.reduce((sum, value, i) => sum + Math.abs(value - (b[i] ?? 0)), 0) / a.length;

suite('palette inversion', () => {
  for (const name of PALETTE_NAMES) {
    test(`${name}: any scalar picture comes back from its colours`, () => {
      const inverse = inverseOfPalette(name);
      fc.assert(
        fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), (gray) => {
          const back = new Uint8Array(gray.length);
          applyInverse(inverse, painted(name, gray), back);
          return back.every((value, i) => Math.abs(value - (gray[i] ?? 0)) <= 4);
        }),
        { numRuns: 40 },
      );
    });

    test(`${name}: and so it does through JPEG noise`, async () => {
      const gray = ramp();
      const back = new Uint8Array(gray.length);
      applyInverse(inverseOfPalette(name), await throughJpeg(painted(name, gray)), back);
      assert.ok(meanError(gray, back) < 3, `mean error ${meanError(gray, back)}`);
    });
  }

  test('any colours at all give some level', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 3, maxLength: 99 }), (rgb) => {
        const out = new Uint8Array(Math.floor(rgb.length / 3));
        applyInverse(inverseOfPalette('medical'), rgb, out);
        return out.every((level) => level <= 255);
      }),
      { numRuns: 30 },
    );
  });

  test('luma of grey is grey', () => {
    const gray = Uint8Array.from({ length: 256 }, (_, i) => i);
    const out = new Uint8Array(256);
    applyLuma(painted('white-hot', gray), out);
    assert.deepEqual(out, gray);
  });
});

suite('palette detection', () => {
  for (const name of COLOURED) {
    test(`${name} is told from the picture`, async () => {
      const rgb = await throughJpeg(painted(name, scene8(SIZE).values));
      assert.equal(hasColour(rgb, SIZE), true);
      assert.equal(detectPalette(rgb, SIZE)?.name, name);
    });
  }

  test('grey pictures have no colour, not with a small coloured sign on them either', () => {
    const rgb = painted('white-hot', scene8(SIZE).values);
    assert.equal(hasColour(rgb, SIZE), false);
    for (let i = 0; i < 300; i += 1) rgb.set([255, 0, 0], i * 3);
    assert.equal(hasColour(rgb, SIZE), false);
  });

  test('a picture with the colours of a daylight photo is refused', () => {
    const random = noise(3);
    const surfaces = [
      [126, 170, 222],
      [92, 112, 58],
      [120, 116, 110],
      [168, 98, 72],
      [206, 200, 188],
      [64, 62, 60],
    ];
    const rgb = Uint8Array.from({ length: SIZE.width * SIZE.height * 3 }, (_, i) => {
      const pixel = Math.floor(i / 3);
      const patch = Math.floor((pixel % SIZE.width) / 20) + 3 * Math.floor(pixel / SIZE.width / 20);
      const light = 0.5 + 0.5 * Math.sin(pixel / 37) ** 2;
      return (surfaces[patch % surfaces.length]?.[i % 3] ?? 0) * light + 12 * random();
    });
    assert.equal(hasColour(rgb, SIZE), true);
    assert.equal(detectPalette(rgb, SIZE), undefined);
  });

  test('an unknown palette is read from the picture itself, cold end first', async () => {
    // Teal to violet to orange to cream, in none of our tables.
    const stops = [
      [0, 70, 70],
      [20, 140, 130],
      [120, 90, 200],
      [230, 70, 160],
      [250, 170, 120],
      [255, 250, 200],
    ];
    const gray = ramp();
    const rgb = Uint8Array.from({ length: gray.length * 3 }, (_, i) => {
      const at = ((gray[Math.floor(i / 3)] ?? 0) / 255) * (stops.length - 1);
      const [a, b] = [stops[Math.floor(at)]?.[i % 3] ?? 0, stops[Math.ceil(at)]?.[i % 3] ?? 0];
      return a + (at % 1) * (b - a);
    });
    const found = detectPalette(await throughJpeg(rgb), SIZE);
    assert.equal(found?.name, 'estimated');
    const back = new Uint8Array(gray.length);
    applyInverse(inverseOf(found.table), rgb, back);
    assert.ok(meanError(gray, back) < 16, `mean error ${meanError(gray, back)}`);
  });
});
