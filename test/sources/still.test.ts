import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import fc from 'fast-check';
import sharp from 'sharp';
import { BufferPool } from '../../src/core/buffer-pool.js';
import { DaylitError } from '../../src/core/errors.js';
import { openStill, type Still } from '../../src/sources/still.js';
import { applyPalette } from '../../src/thermal/palettes.js';
import { countsOf } from '../../src/thermal/picture.js';
import { kelvinByPlanck } from '../../src/thermal/planck.js';
import { djiJpeg, flirJpeg, jpegWith, PLANCK } from '../fakes/radiometric-jpeg.js';
import { scene16, scene8 } from '../fakes/thermal-scene.js';

const size = { width: 80, height: 60 };
const raw = { ...size, channels: 1 } as const;
const { values: counts } = scene16(size);
let folder = '';

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'daylit-still-'));
});
after(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function read(name: string, bytes: Uint8Array, page = 0): Promise<Still> {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return (await openStill(path, new BufferPool())).read(page);
}

const rejectsWith = (code: string, name: string, bytes: Uint8Array) =>
  assert.rejects(
    read(name, bytes),
    (thrown) => thrown instanceof DaylitError && thrown.code === code && thrown.message.includes(name),
  );

/** A baseline TIFF of 16-bit grey pages, little-endian, uncompressed (TIFF 6.0). */
function tiff16(pages: readonly Uint16Array[], { width, height } = size): Buffer {
  const parts: Buffer[] = [Buffer.from([0x49, 0x49, 42, 0, 8, 0, 0, 0])];
  const entries = 9;
  let at = 8;
  pages.forEach((page, number) => {
    const pixelsAt = at + 2 + entries * 12 + 4;
    const end = pixelsAt + page.byteLength;
    const directory = Buffer.alloc(2 + entries * 12 + 4);
    directory.writeUInt16LE(entries, 0);
    const tags = [
      [256, width],
      [257, height],
      [258, 16],
      [259, 1],
      [262, 1],
      [273, pixelsAt],
      [277, 1],
      [278, height],
      [279, page.byteLength],
    ];
    tags.forEach(([tag = 0, value = 0], i) => {
      directory.writeUInt16LE(tag, 2 + i * 12);
      directory.writeUInt16LE(4, 4 + i * 12);
      directory.writeUInt32LE(1, 6 + i * 12);
      directory.writeUInt32LE(value, 10 + i * 12);
    });
    directory.writeUInt32LE(number === pages.length - 1 ? 0 : end, 2 + entries * 12);
    parts.push(directory, Buffer.from(page.buffer, page.byteOffset, page.byteLength));
    at = end;
  });
  return Buffer.concat(parts);
}

const png16 = (values: Uint16Array) => sharp(values, { raw }).toColourspace('grey16').png().toBuffer();

suite('stills', () => {
  test('16-bit PNG to the count, for any counts', async () => {
    const some = fc.uint16Array({ minLength: 4800, maxLength: 4800 });
    await fc.assert(
      fc.asyncProperty(some, async (values) => {
        const still = await read('any.png', await png16(values));
        return still.format === 'gray16le' && countsOf(still.pixels).every((value, i) => value === values[i]);
      }),
      { numRuns: 8 },
    );
  });

  test('16-bit TIFF to the count, page by page', async () => {
    const second = scene16({ ...size, place: 2 }).values;
    const bytes = tiff16([counts, second]);
    const path = join(folder, 'two.tiff');
    writeFileSync(path, bytes);
    const file = await openStill(path, new BufferPool());
    assert.equal(file.pages, 2);
    assert.deepEqual(countsOf((await file.read(0)).pixels), counts);
    assert.deepEqual(countsOf((await file.read(1)).pixels), second);
  });

  test('8-bit grey stays grey, alone or stored as RGB', async () => {
    const { values } = scene8(size);
    const grey = await read('grey.png', await sharp(values, { raw }).toColourspace('b-w').png().toBuffer());
    assert.equal(grey.format, 'gray8');
    assert.deepEqual(grey.pixels, values);
    const rgb = new Uint8Array(values.length * 3);
    applyPalette('white-hot', values, rgb);
    const stored = await read(
      'rgb.png',
      await sharp(rgb, { raw: { ...size, channels: 3 } })
        .png()
        .toBuffer(),
    );
    assert.equal(stored.format, 'gray8');
    assert.deepEqual(stored.pixels, values);
  });

  test('colours stay colours, transparency goes', async () => {
    const rgba = Uint8Array.from({ length: size.width * size.height * 4 }, (_, i) => [200, 40, 10, 128][i % 4] ?? 0);
    const still = await read(
      'red.png',
      await sharp(rgba, { raw: { ...size, channels: 4 } })
        .png()
        .toBuffer(),
    );
    assert.equal(still.format, 'rgb24');
    assert.deepEqual([...still.pixels.subarray(0, 3)], [200, 40, 10]);
  });

  test('EXIF orientation is honoured', async () => {
    const { values } = scene8(size);
    const turned = await sharp(values, { raw }).toColourspace('b-w').withMetadata({ orientation: 6 }).jpeg().toBuffer();
    const still = await read('turned.jpg', turned);
    assert.deepEqual(still.size, { width: 60, height: 80 });
  });

  test('FLIR JPEG, PNG inside: counts become temperatures', async () => {
    const warm = scene16({ ...size, level: 14_000, range: 3000 }).values;
    const still = await read('flir.jpg', await flirJpeg({ counts: warm, size, kind: 'png', planck: PLANCK }));
    assert.equal(still.format, 'gray16le');
    assert.deepEqual(still.radiometry, { kelvinPerCount: 0.01, kelvinAtZero: 0 });
    const linear = countsOf(still.pixels);
    assert.ok(linear.every((value, i) => Math.abs(value / 100 - kelvinByPlanck(warm[i] ?? 0, PLANCK)) < 0.006));
  });

  test('FLIR JPEG without constants keeps its counts', async () => {
    for (const kind of ['png', 'counts'] as const) {
      const still = await read('plain.jpg', await flirJpeg({ counts, size, kind }));
      assert.deepEqual(countsOf(still.pixels), counts);
      assert.equal(still.radiometry, undefined);
    }
  });

  test('DJI JPEG keeps its counts and knows their unit', async () => {
    const warm = scene16({ ...size, level: 18_000, range: 2000 }).values;
    const still = await read('dji.jpg', await djiJpeg(warm, size));
    assert.deepEqual(countsOf(still.pixels), warm);
    assert.ok(still.radiometry !== undefined);
  });

  test('what is wrong with a file is told by one coded error that names it', async () => {
    const png = await png16(counts);
    const jpeg = await jpegWith(size, []);
    await rejectsWith('INPUT_UNREADABLE', 'text.png', Buffer.from('this is no picture at all'));
    await rejectsWith('INPUT_UNREADABLE', 'empty.png', new Uint8Array(0));
    await rejectsWith('INPUT_DAMAGED', 'cut.png', png.subarray(0, png.length >> 1));
    await rejectsWith('INPUT_DAMAGED', 'head.png', png.subarray(0, 12));
    await rejectsWith('INPUT_DAMAGED', 'cut.jpg', jpeg.subarray(0, 100));
    await rejectsWith('INPUT_DAMAGED', 'cut.tiff', tiff16([counts]).subarray(0, 4000));
    await rejectsWith(
      'INPUT_DAMAGED',
      'flir-cut.jpg',
      (await flirJpeg({ counts, size, kind: 'counts' })).subarray(0, 5000),
    );
    const missing = join(folder, 'missing.png');
    await assert.rejects(
      openStill(missing, new BufferPool()),
      (thrown) => thrown instanceof DaylitError && thrown.code === 'INPUT_NOT_FOUND',
    );
    await assert.rejects(
      openStill(folder, new BufferPool()),
      (thrown) => thrown instanceof DaylitError && thrown.code === 'INPUT_UNREADABLE',
    );
  });

  test('a picture of 30,000 pixels a side is refused before it is decoded', async () => {
    // A PNG header that claims the size, with nothing behind it: decoding would fail in another way.
    const png = Buffer.from(await png16(counts));
    png.writeUInt32BE(30_000, 16);
    png.writeUInt32BE(30_000, 20);
    png.writeUInt32BE(crc32(png.subarray(12, 29)), 29);
    await rejectsWith('INPUT_TOO_LARGE', 'huge.png', png);
  });

  test('damaged files of every kind give a picture or a DaylitError', async () => {
    const samples = [
      await png16(counts),
      tiff16([counts]),
      await flirJpeg({ counts, size, kind: 'png', planck: PLANCK }),
      await djiJpeg(counts, size),
    ];
    const change = fc.tuple(fc.nat(), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...samples),
        fc.array(change, { maxLength: 6 }),
        fc.double({ min: 0.2, max: 1, noNaN: true }),
        async (sample, changes, share) => {
          const bytes = Uint8Array.from(sample.subarray(0, Math.ceil(sample.length * share)));
          // Half of the changes hit the first 200 bytes, where the headers are.
          for (const [at, value] of changes) bytes[at % (at % 2 === 0 ? 200 : bytes.length)] = value;
          try {
            await read('fuzz.bin', bytes);
          } catch (thrown) {
            if (!(thrown instanceof DaylitError)) throw thrown;
          }
        },
      ),
      { numRuns: 80 },
    );
  });
});

/** Checksum of a PNG chunk (PNG specification, annex D). */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
