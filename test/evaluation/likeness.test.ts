import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { contrast } from '../../src/evaluation/contrast.js';
import { psnr } from '../../src/evaluation/psnr.js';
import { ssim } from '../../src/evaluation/ssim.js';
import { boxWindow, gaussianWindow, windowMean } from '../../src/evaluation/window-mean.js';

const SIZE = { width: 9, height: 7 };
const pixels = fc.uint8Array({ minLength: 9 * 7 * 3, maxLength: 9 * 7 * 3 });
const picture = (levels: Uint8Array) => ({ pixels: levels, size: SIZE });

suite('psnr', () => {
  test('of one grey level everywhere is 48.13 dB, of black against white 0', () => {
    const grey = new Uint8Array(30).fill(100);
    assert.ok(
      Math.abs(
        psnr(
          grey,
          grey.map((level) => level + 1),
        ) - 48.1308,
      ) < 1e-4,
    );
    assert.equal(psnr(new Uint8Array(30), new Uint8Array(30).fill(255)), 0);
  });

  test('of identical pictures is capped', () => {
    assert.ok(Math.abs(psnr(new Uint8Array(30), new Uint8Array(30)) - 108.1308) < 1e-4);
  });
});

suite('ssim', () => {
  test('is 1 for identical pictures, less for others, and the same both ways', () => {
    fc.assert(
      fc.property(pixels, pixels, (a, b) => {
        assert.ok(Math.abs(ssim(picture(a), picture(a)) - 1) < 1e-9);
        const value = ssim(picture(a), picture(b));
        assert.ok(value <= 1 + 1e-9 && value >= -1);
        if (a.some((level, i) => Math.abs(level - (b[i] ?? 0)) > 20)) assert.ok(value < 1);
        assert.ok(Math.abs(value - ssim(picture(b), picture(a))) < 1e-9);
      }),
      { numRuns: 25 },
    );
  });

  test('of two flat pictures is the luminance term alone', () => {
    const [a, b] = [50, 150].map((level) => picture(new Uint8Array(189).fill(level)));
    assert.ok(a && b);
    const c1 = 2.55 ** 2;
    assert.ok(Math.abs(ssim(a, b) - (2 * 50 * 150 + c1) / (50 ** 2 + 150 ** 2 + c1)) < 1e-6);
  });
});

suite('window mean', () => {
  test('mirrors the picture at its border without repeating the outermost pixel', () => {
    const mean = windowMean(Float64Array.of(0, 3, 6, 30), { width: 4, height: 1 }, boxWindow(3));
    assert.deepEqual([...mean].map(Math.round), [2, 3, 13, 14]);
  });

  test('keeps a flat picture flat, even one smaller than the window', () => {
    const mean = windowMean(new Float64Array(6).fill(7), { width: 2, height: 3 }, gaussianWindow(11, 1.5));
    for (const value of mean) assert.ok(Math.abs(value - 7) < 1e-12);
  });
});

suite('contrast', () => {
  test('is the share of the deviation that is kept', () => {
    const real = Uint8Array.of(0, 200, 0, 200, 0, 200);
    assert.ok(Math.abs(contrast(Uint8Array.of(50, 150, 50, 150, 50, 150), real) - 0.5) < 1e-12);
    assert.equal(contrast(new Uint8Array(6).fill(90), real), 0);
  });
});
