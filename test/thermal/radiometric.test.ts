import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { DaylitError } from '../../src/core/errors.js';
import { jpegSegments } from '../../src/thermal/jpeg-segments.js';
import { kelvinByPlanck, linearised } from '../../src/thermal/planck.js';
import { readDji } from '../../src/thermal/radiometric-dji.js';
import { readFlir } from '../../src/thermal/radiometric-flir.js';
import { celsiusOf, kelvinOf, temperatureRange } from '../../src/thermal/temperature.js';
import { djiJpeg, fffOf, flirJpeg, jpegWith, PLANCK } from '../fakes/radiometric-jpeg.js';
import { scene16 } from '../fakes/thermal-scene.js';

const size = { width: 80, height: 60 };
const { values: counts } = scene16({ ...size, level: 14_000, range: 3000 });
const coded = (code: string) => (thrown: unknown) => thrown instanceof DaylitError && thrown.code === code;

/** Runs a reader on bytes; anything but a value or a DaylitError is a defect. */
function onlyDaylitErrors(read: () => unknown): void {
  try {
    read();
  } catch (thrown) {
    if (!(thrown instanceof DaylitError)) throw thrown;
  }
}

suite('FLIR radiometric JPEG', () => {
  test('plain counts, chunked, with the constants of the camera', async () => {
    const found = readFlir(jpegSegments(await flirJpeg({ counts, size, kind: 'counts', planck: PLANCK, chunk: 1000 })));
    assert.deepEqual(found?.size, size);
    assert.ok(found.raw.kind === 'counts');
    assert.deepEqual(found.raw.counts, counts);
    assert.ok(Math.abs((found.planck?.r2 ?? 0) - PLANCK.r2) < 1e-6);
    assert.equal(found.planck?.o, PLANCK.o);
  });

  test('a PNG inside is handed out as it is', async () => {
    const found = readFlir(jpegSegments(await flirJpeg({ counts, size, kind: 'png' })));
    assert.ok(found?.raw.kind === 'png');
    assert.deepEqual([...found.raw.png.subarray(1, 4)], [0x50, 0x4e, 0x47]);
    assert.equal(found.planck, undefined);
  });

  test('an ordinary JPEG has none', async () => {
    assert.equal(readFlir(jpegSegments(await jpegWith(size, []))), undefined);
  });

  test('missing chunks and cut-off data are told as damage', async () => {
    const segments = jpegSegments(await flirJpeg({ counts, size, kind: 'counts', chunk: 2000 }));
    assert.throws(() => readFlir(segments.filter(({ data }) => data[6] !== 1)), coded('INPUT_DAMAGED'));
    const short = await flirJpeg({ counts, size, kind: 'counts', chunk: 2000 });
    assert.throws(() => jpegSegments(short.subarray(0, 3000)), coded('INPUT_DAMAGED'));
  });

  test('raw data of another kind is told as unsupported', async () => {
    const eight = await flirJpeg({ counts: counts.subarray(0, 1000), size, kind: 'counts' });
    assert.throws(() => readFlir(jpegSegments(eight)), coded('INPUT_UNSUPPORTED'));
  });

  test('damaged headers never do worse than a DaylitError', async () => {
    const fff = await fffOf({
      counts: counts.subarray(0, 80),
      size: { width: 10, height: 8 },
      kind: 'counts',
      planck: PLANCK,
    });
    const change = fc.tuple(fc.nat(Math.min(220, fff.length - 1)), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 12 }), fc.nat(fff.length), (changes, length) => {
        const bytes = Uint8Array.from(fff);
        for (const [at, value] of changes) bytes[at] = value;
        const data = Uint8Array.from([0x46, 0x4c, 0x49, 0x52, 0, 1, 0, 0, ...bytes.subarray(0, length)]);
        onlyDaylitErrors(() => readFlir([{ marker: 0xe1, data }]));
      }),
      { numRuns: 400 },
    );
  });
});

suite('DJI radiometric JPEG', () => {
  test('counts from APP3, in kelvin / 64 where that is believable', async () => {
    const warm = scene16({ ...size, level: 18_000, range: 2000 }).values;
    const found = readDji(jpegSegments(await djiJpeg(warm, size)), size);
    assert.deepEqual(found?.counts, warm);
    assert.deepEqual(found.radiometry, { kelvinPerCount: 1 / 64, kelvinAtZero: 0 });
    const other = readDji(jpegSegments(await djiJpeg(scene16({ ...size, level: 3100 }).values, size)), size);
    assert.equal(other?.radiometry, undefined);
  });

  test('a picture that the camera enlarged twice', async () => {
    const shown = { width: 160, height: 120 };
    assert.deepEqual(readDji(jpegSegments(await djiJpeg(counts, shown)), shown)?.size, size);
  });

  test('no or little APP3 is no such picture; much of another size is told', async () => {
    assert.equal(readDji(jpegSegments(await jpegWith(size, [])), size), undefined);
    assert.equal(readDji([{ marker: 0xe3, data: new Uint8Array(100) }], size), undefined);
    assert.throws(() => readDji([{ marker: 0xe3, data: new Uint8Array(9000) }], size), coded('INPUT_UNSUPPORTED'));
  });
});

suite('JPEG segments', () => {
  test('any bytes give segments or a DaylitError, never a hang', () => {
    const anything = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc
        .array(fc.constantFrom(0xff, 0xd8, 0xe1, 0xe3, 0, 2, 8, 0x46, 0x4c), { maxLength: 300 })
        .map((list) => Uint8Array.from(list)),
    );
    fc.assert(
      fc.property(anything, (bytes) => {
        onlyDaylitErrors(() => {
          const segments = jpegSegments(bytes);
          readFlir(segments);
          readDji(segments, { width: 4, height: 3 });
        });
      }),
      { numRuns: 500 },
    );
  });
});

suite('temperature', () => {
  test('Planck counts become temperature-linear ones', () => {
    const linear = linearised(counts, PLANCK);
    assert.ok(linear !== undefined);
    for (const i of [0, 1000, 4000]) {
      const kelvin = kelvinByPlanck(counts[i] ?? 0, PLANCK);
      assert.ok(kelvin > 250 && kelvin < 400);
      assert.ok(Math.abs(kelvinOf(linear.counts[i] ?? 0, linear.radiometry) - kelvin) < 0.006);
    }
  });

  test('the law is the inverse of Planck radiation', () => {
    const { r1, r2, b, f, o } = PLANCK;
    const signal = r1 / (r2 * (Math.exp(b / 310) - f)) - o;
    assert.ok(Math.abs(kelvinByPlanck(signal, { ...PLANCK, emissivity: 1 }) - 310) < 1e-9);
  });

  test('a law that gives no sensible temperature is not used', () => {
    assert.equal(linearised(counts, { ...PLANCK, o: -60_000 }), undefined);
  });

  test('range of a picture', () => {
    const { lowest, highest } = temperatureRange(Uint16Array.of(27_315, 31_315), {
      kelvinPerCount: 0.01,
      kelvinAtZero: 0,
    });
    assert.ok(Math.abs(celsiusOf(lowest)) < 1e-9 && Math.abs(celsiusOf(highest) - 40) < 1e-9);
  });
});
