import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { histogramOf, percentileOf } from '../../src/thermal/histogram.js';
import { linear, mixed, percentile, plateau, spread, wholeRange } from '../../src/thermal/tone-curves.js';

const pictureOfValues = (values: Uint8Array | Uint16Array) => ({ values, size: { width: values.length, height: 1 } });
const curves = { linear, percentile, plateau, spread, wholeRange, auto: mixed(percentile, plateau, 0.4) };

suite('tone curves', () => {
  for (const [name, curve] of Object.entries(curves)) {
    test(`${name}: monotonic and within 0 to 255 for any picture`, () => {
      fc.assert(
        fc.property(fc.boolean(), fc.array(fc.nat(65535), { minLength: 1, maxLength: 60 }), (deep, values) => {
          const picture = pictureOfValues(deep ? Uint16Array.from(values) : Uint8Array.from(values, (v) => v >> 8));
          const grey = new Float32Array(deep ? 65536 : 256);
          curve(histogramOf(picture), grey);
          let before = -Infinity;
          for (const level of grey) {
            if (!(level >= before - 1e-3 && level >= -1e-3 && level <= 255.001)) return false;
            before = level;
          }
          return true;
        }),
        { numRuns: 40 },
      );
    });
  }

  test('percentile leaves a single dead pixel out of the range', () => {
    const values = Uint16Array.from({ length: 10_000 }, (_, i) => 3000 + (i % 500));
    values[77] = 65535;
    const grey = new Float32Array(65536);
    percentile(histogramOf(pictureOfValues(values)), grey);
    assert.ok((grey[3499] ?? 0) > 250);
    assert.ok((grey[3000] ?? 255) < 5);
  });

  test('plateau keeps a large plain area from taking the whole range', () => {
    const values = Uint16Array.from({ length: 10_000 }, (_, i) => (i < 9000 ? 3000 + (i % 3) : 3100 + (i % 200)));
    const grey = new Float32Array(65536);
    plateau(histogramOf(pictureOfValues(values)), grey);
    assert.ok((grey[3299] ?? 0) - (grey[3100] ?? 0) > 150, 'the small rest keeps most of the grey levels');
  });

  test('spread is 0.4 of the stretched and 0.6 of the equalised picture', () => {
    // 10, 20, 20, 30: stretched 0, 128, 128, 255; equalised (first bin left out) 0, 170, 170, 255.
    const grey = new Float32Array(256);
    spread(histogramOf(pictureOfValues(Uint8Array.of(10, 20, 20, 30))), grey);
    assert.deepEqual(
      [10, 20, 30].map((value) => Math.round(grey[value] ?? -1)),
      [0, Math.round(0.4 * 128 + 0.6 * 170), 255],
    );
  });

  test('a nearly uniform 16-bit picture is not blown up to full contrast', () => {
    const values = Uint16Array.from({ length: 1000 }, (_, i) => 3000 + (i % 4));
    for (const curve of [linear, percentile, plateau]) {
      const grey = new Float32Array(65536);
      curve(histogramOf(pictureOfValues(values)), grey);
      assert.ok((grey[3003] ?? 0) - (grey[3000] ?? 0) < 20);
    }
  });
});

suite('percentileOf', () => {
  test('interpolates between ranks', () => {
    const histogram = histogramOf(pictureOfValues(Uint8Array.of(10, 20, 30, 40)));
    assert.equal(percentileOf(histogram, 0), 10);
    assert.equal(percentileOf(histogram, 0.5), 25);
    assert.equal(percentileOf(histogram, 0.75), 32.5);
    assert.equal(percentileOf(histogram, 1), 40);
  });
});
