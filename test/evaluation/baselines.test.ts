import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { BASELINES, histogramMatch, ironbow, rawThermal, reinhard } from '../../src/evaluation/baselines.js';
import { meanLab, toLab } from '../../src/evaluation/lab.js';
import { paletteTable } from '../../src/thermal/palettes.js';

const size = { width: 4, height: 1 };
const thermal = { pixels: Uint8Array.of(0, 80, 160, 240), size };
const flat = { pixels: new Uint8Array(12).fill(128).map((level, i) => level + 10 * (i % 3)), size };

suite('baselines', () => {
  test('raw thermal is grey, ironbow the palette of that name', () => {
    assert.deepEqual([...rawThermal(thermal).pixels], [0, 0, 0, 80, 80, 80, 160, 160, 160, 240, 240, 240]);
    assert.deepEqual(ironbow(thermal).pixels.subarray(3, 6), paletteTable('ironbow').subarray(240, 243));
  });

  test('Reinhard takes a flat reference as one colour, and the tone of one with contrast', () => {
    assert.deepEqual(reinhard(thermal, flat).pixels, flat.pixels);
    const reference = { pixels: Uint8Array.from([60, 60, 60, 90, 90, 90, 120, 120, 120, 150, 150, 150]), size };
    const [wanted] = meanLab(toLab(reference.pixels));
    const [got] = meanLab(toLab(reinhard(thermal, reference).pixels));
    assert.ok(Math.abs(wanted - got) < 0.3, `${got} instead of ${wanted}`);
  });

  test('histogram matching gives the reference its own levels, darkest to darkest', () => {
    const reference = { pixels: Uint8Array.from([9, 9, 9, 7, 7, 7, 3, 3, 3, 1, 1, 1]), size };
    const matched = [...histogramMatch({ pixels: Uint8Array.of(40, 10, 30, 20), size }, reference).pixels];
    const levels = [0, 3, 6, 9].map((at) => matched[at] ?? NaN);
    const [first, second, third, fourth] = levels;
    assert.equal(first, 9);
    assert.deepEqual(
      [...levels].sort((a, b) => a - b),
      [second, fourth, third, first],
    );
    assert.deepEqual(histogramMatch(thermal, flat).pixels, flat.pixels);
  });

  test('have names of their own', () => {
    assert.deepEqual(
      BASELINES.map(({ name }) => name),
      ['raw thermal', 'ironbow', 'Reinhard', 'histogram match'],
    );
  });
});
