import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { cropRgb, padGray, paddedSize } from '../../src/model/tensors.js';
import { resolveShape } from '../../src/model/tensor-shape.js';

const side = fc.integer({ min: 1, max: 70 });

suite('tensors', () => {
  test('sizes grow to the next multiple and no further', () => {
    assert.deepEqual(paddedSize({ width: 80, height: 60 }, 32), { width: 96, height: 64 });
    assert.deepEqual(paddedSize({ width: 640, height: 512 }, 32), { width: 640, height: 512 });
    assert.deepEqual(paddedSize({ width: 81, height: 1 }, 32), { width: 96, height: 32 });
  });

  test('padding keeps every pixel and repeats the edge', () => {
    fc.assert(
      fc.property(side, side, fc.integer({ min: 1, max: 32 }), (width, height, multiple) => {
        const size = { width, height };
        const padded = paddedSize(size, multiple);
        const pixels = Uint8Array.from({ length: width * height }, (_, index) => (index * 37 + 11) % 256);
        const target = new Uint8Array(padded.width * padded.height).fill(255);
        padGray(pixels, size, target, padded);
        for (let y = 0; y < padded.height; y += 1) {
          for (let x = 0; x < padded.width; x += 1) {
            const nearest = pixels[Math.min(y, height - 1) * width + Math.min(x, width - 1)];
            assert.equal(target[y * padded.width + x], nearest);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  test('cropping gives the top left back', () => {
    const padded = { width: 4, height: 3 };
    const pixels = Uint8Array.from({ length: 36 }, (_, index) => index);
    const target = new Uint8Array(2 * 2 * 3);
    cropRgb(pixels, padded, target, { width: 2, height: 2 });
    assert.deepEqual([...target], [0, 1, 2, 3, 4, 5, 12, 13, 14, 15, 16, 17]);
  });

  test('symbols take their values, and only whole ones', () => {
    assert.deepEqual(resolveShape(['B', 6, 'H/4', 'W'], { B: 1, H: 64, W: 32 }), [1, 6, 16, 32]);
    assert.throws(() => resolveShape(['H/4'], { H: 63 }), RangeError);
    assert.throws(() => resolveShape(['T'], { H: 63 }), RangeError);
  });
});
