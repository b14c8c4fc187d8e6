import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import sharp from 'sharp';
import { ImagesSink } from '../../src/sinks/images.js';
import { partialNameOf } from '../../src/sinks/partial-name.js';
import { colourBars, colourFrame } from '../fakes/colour-frames.js';
import { temporaryFolder } from '../fakes/temporary-folder.js';

const KEEP = { overwrite: false };
const SIZE = { width: 33, height: 17 };
const BARS = colourBars([[255, 0, 0], [0, 200, 0], [20, 30, 250]], SIZE); // prettier-ignore

async function rgbOf(path: string): Promise<Buffer> {
  return sharp(path).removeAlpha().raw().toBuffer();
}

function meanDifference(a: Uint8Array, b: Uint8Array): number {
  assert.equal(a.length, b.length);
  return a.reduce((sum, value, index) => sum + Math.abs(value - (b[index] ?? 0)), 0) / a.length;
}

suite('picture folders', () => {
  test('hold each still under its own name, in its own format where it can be written', async (context) => {
    const folder = await temporaryFolder(context);
    const sink = await ImagesSink.inFolder(join(folder, 'out'), KEEP);
    const names = ['a.png', 'b.jpg', 'c.tif', 'd.webp', 'e.jp2', undefined];
    for (const [sequence, name] of names.entries()) {
      const frame = colourFrame({
        sequence,
        size: SIZE,
        pixels: BARS.slice(),
        ...(name === undefined ? {} : { name }),
      });
      await sink.write(frame);
      frame.release(); // the sink must have copied what it still needs
    }
    assert.deepEqual(await sink.finish(), { target: join(folder, 'out'), frames: 6 });
    const written = ['000006.png', 'a.png', 'b.jpg', 'c.tif', 'd.webp', 'e.png'];
    assert.deepEqual((await readdir(join(folder, 'out'))).sort(), written);
    for (const [name, format, tolerance] of [
      ['000006.png', 'png', 0],
      ['a.png', 'png', 0],
      ['b.jpg', 'jpeg', 4],
      ['c.tif', 'tiff', 0],
      ['d.webp', 'webp', 12],
      ['e.png', 'png', 0],
    ] as const) {
      const path = join(folder, 'out', name);
      const picture = await sharp(path).metadata();
      assert.equal(picture.format, format);
      assert.ok((await readFile(path)).includes('Colours synthesised by daylit'), `${name} says what its colours are`);
      assert.ok(meanDifference(await rgbOf(path), BARS) <= tolerance, name);
      if (format === 'jpeg') assert.equal(picture.chromaSubsampling, '4:4:4');
    }
  });

  test('of stills may hold sizes that differ', async (context) => {
    const folder = await temporaryFolder(context);
    const sink = await ImagesSink.inFolder(folder, KEEP);
    await sink.write(colourFrame({ name: 'a.png' }));
    await sink.write(colourFrame({ name: 'b.png', size: SIZE }));
    await sink.finish();
    const { width, height } = await sharp(join(folder, 'b.png')).metadata();
    assert.deepEqual({ width, height }, SIZE);
  });

  test('refuse two stills of one name', async (context) => {
    const sink = await ImagesSink.inFolder(await temporaryFolder(context), KEEP);
    await sink.write(colourFrame({ name: 'a.png' }));
    await assert.rejects(sink.write(colourFrame({ name: 'a.png', sequence: 1 })), { code: 'OUTPUT_CONFLICT' });
    await assert.rejects(sink.write(colourFrame({ name: 'a.jp2', sequence: 2 })), { code: 'OUTPUT_CONFLICT' });
    await sink.discard();
  });

  test('do not replace a picture unless told to', async (context) => {
    const folder = await temporaryFolder(context);
    await writeFile(join(folder, 'a.png'), 'mine');
    const sink = await ImagesSink.inFolder(folder, KEEP);
    await sink.write(colourFrame({ name: 'a.png' }));
    await assert.rejects(sink.finish(), { code: 'OUTPUT_EXISTS' });
    await sink.discard();
    assert.equal(await readFile(join(folder, 'a.png'), 'utf8'), 'mine');

    const again = await ImagesSink.inFolder(folder, { overwrite: true });
    await again.write(colourFrame({ name: 'a.png' }));
    await again.finish();
    assert.equal((await sharp(join(folder, 'a.png')).metadata()).width, 64);
    assert.deepEqual(await readdir(folder), ['a.png']);
  });

  test('keep finished pictures when discarded, whole, and never half ones', async (context) => {
    const folder = await temporaryFolder(context);
    const sink = await ImagesSink.inFolder(folder, KEEP);
    for (let sequence = 0; sequence < 6; sequence++) await sink.write(colourFrame({ sequence }));
    await Promise.all([sink.discard(), sink.discard()]);
    await assert.rejects(sink.write(colourFrame({ sequence: 6 })), { code: 'INTERRUPTED' });
    const names = await readdir(folder);
    // Two may have been on their way to the encoder.
    assert.ok(names.length >= 4, names.join());
    for (const name of names) assert.equal((await sharp(join(folder, name)).raw().toBuffer()).length, 64 * 48 * 3);
  });

  test('that were made go again when nothing was put in', async (context) => {
    const folder = await temporaryFolder(context);
    const sink = await ImagesSink.inFolder(join(folder, 'a/b'), KEEP);
    await sink.discard();
    assert.deepEqual(await readdir(folder), []);
  });

  test('lose what a killed process left half-written', async (context) => {
    const folder = await temporaryFolder(context);
    // No process has a number this high.
    await writeFile(join(folder, partialNameOf('old.png', 2 ** 22 + 1, '00000000')), 'half');
    await ImagesSink.inFolder(folder, KEEP);
    assert.deepEqual(await readdir(folder), []);
  });

  test('cannot be where a file is', async (context) => {
    const folder = await temporaryFolder(context);
    await writeFile(join(folder, 'file'), '');
    await assert.rejects(ImagesSink.inFolder(join(folder, 'file'), KEEP), { code: 'OUTPUT_UNWRITABLE' });
  });

  test('report a picture that could not be written', async (context) => {
    const folder = await temporaryFolder(context);
    const sink = await ImagesSink.inFolder(folder, { overwrite: true });
    await mkdir(join(folder, 'a.png'));
    await sink.write(colourFrame({ name: 'a.png' }));
    await assert.rejects(sink.finish(), { code: 'OUTPUT_UNWRITABLE' });
    assert.deepEqual(await readdir(folder), ['a.png']);
  });
});

suite('numbered pictures', () => {
  test('are counted from one', async (context) => {
    const folder = await temporaryFolder(context);
    const sink = await ImagesSink.byPattern(join(folder, 'out/f%03d.jpg'), KEEP);
    for (let sequence = 0; sequence < 3; sequence++) await sink.write(colourFrame({ sequence, name: 'same.png' }));
    assert.equal((await sink.finish()).frames, 3);
    assert.deepEqual((await readdir(join(folder, 'out'))).sort(), ['f001.jpg', 'f002.jpg', 'f003.jpg']);
  });
});
