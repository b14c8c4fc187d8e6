import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { apce, thermalEdges } from '../../src/evaluation/apce.js';
import { cannyEdges, ridgesOf } from '../../src/evaluation/canny.js';
import { structure } from '../../src/evaluation/structure.js';

const SIZE = { width: 16, height: 12 };
const grey = (level: (x: number, y: number) => number): Uint8Array =>
  Uint8Array.from({ length: 16 * 12 }, (_, i) => level(i % 16, Math.floor(i / 16)));
const step = (height: number): Uint8Array => grey((x) => (x < 8 ? 50 : 50 + height));
const noise = fc.uint8Array({ minLength: 16 * 12, maxLength: 16 * 12 });

suite('Canny', () => {
  test('finds a clean step as a line of one pixel, by its height', () => {
    const ridges = ridgesOf(step(100), SIZE);
    const columns = new Set(
      [...cannyEdges(ridges, 100, 399).entries()].filter(([, e]) => e === 1).map(([i]) => i % 16),
    );
    assert.deepEqual([...columns], [7]);
    assert.ok(cannyEdges(ridges, 100, 400).every((edge) => edge === 0));
  });

  test('carries a strong edge on along a weaker one that hangs together with it, and drops one that does not', () => {
    const fading = ridgesOf(
      grey((x, y) => (x < 8 ? 50 : y < 6 ? 150 : 80)),
      SIZE,
    );
    const edges = cannyEdges(fading, 80, 300);
    for (let y = 0; y < 12; y += 1) assert.equal(edges.subarray(y * 16, y * 16 + 16).includes(1), true, `row ${y}`);
    const weak = ridgesOf(step(30), SIZE);
    assert.ok(cannyEdges(weak, 80, 300).every((edge) => edge === 0));
  });

  test('marks nothing on a flat picture, and less the higher the thresholds', () => {
    assert.ok(ridgesOf(new Uint8Array(192).fill(80), SIZE).steepness.every((value) => value === 0));
    fc.assert(
      fc.property(noise, (pixels) => {
        const ridges = ridgesOf(pixels, SIZE);
        const [more, fewer] = [cannyEdges(ridges, 100, 250), cannyEdges(ridges, 200, 500)];
        fewer.forEach((edge, i) => {
          assert.ok(edge <= (more[i] ?? 0));
        });
      }),
    );
  });
});

suite('APCE', () => {
  test('is 1 for the thermal picture itself, upright or inverted, and 0 for a flat one', () => {
    fc.assert(
      fc.property(noise, (pixels) => {
        const edges = thermalEdges({ pixels, size: SIZE });
        fc.pre(edges.levels.length > 0);
        assert.equal(apce(pixels, edges), 1);
        assert.equal(apce(new Uint8Array(192), edges), 0);
      }),
      { numRuns: 30 },
    );
    const edges = thermalEdges({ pixels: step(100), size: SIZE });
    assert.equal(
      apce(
        step(100).map((level) => 255 - level),
        edges,
      ),
      1,
    );
  });

  test('allows an edge to be off by one pixel, not by two', () => {
    const edges = thermalEdges({ pixels: step(100), size: SIZE });
    assert.equal(
      apce(
        grey((x) => (x < 9 ? 50 : 150)),
        edges,
      ),
      1,
    );
    assert.equal(
      apce(
        grey((x) => (x < 10 ? 50 : 150)),
        edges,
      ),
      0,
    );
  });

  test('counts only thresholds at which the thermal picture has edges: a fainter copy loses the steep ones', () => {
    const edges = thermalEdges({ pixels: step(100), size: SIZE });
    // A step of 100 passes thresholds up to 400 of 1020: .01, .08, .15, .22, .29, .36; one of 50 up to 200: three.
    assert.equal(edges.levels.length, 6);
    assert.equal(apce(step(50), edges), 0.5);
  });
});

suite('structure', () => {
  const texture = grey((x, y) => 100 + 40 * ((x >> 1) % 2) + 7 * y);

  test('is 1 for any picture that goes up and down with the thermal one, inverted or not', () => {
    assert.ok(Math.abs(structure(texture, texture, SIZE) - 1) < 1e-9);
    assert.ok(
      Math.abs(
        structure(
          texture.map((level) => 255 - level),
          texture,
          SIZE,
        ) - 1,
      ) < 1e-9,
    );
    assert.ok(
      structure(
        texture.map((level) => level / 2),
        texture,
        SIZE,
      ) > 0.99,
    );
  });

  test('is 0 for a flat output, and 1 where there is no structure to keep', () => {
    assert.ok(structure(new Uint8Array(192).fill(9), texture, SIZE) < 1e-9);
    assert.equal(structure(texture, new Uint8Array(192).fill(9), SIZE), 1);
  });
});
