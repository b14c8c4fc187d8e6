import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import sharp, { type Sharp } from 'sharp';
import { preparePhoto } from '../../src/model/reference-photo.js';
import { scratchFolder } from '../fakes/models.js';

const two = { width: 2, height: 1 };
/** Left red, right blue, `scale` pixels a cell. */
function redBlue(scale: number): Buffer {
  const row = Array.from({ length: scale * 2 }, (_, x) => (x < scale ? [255, 0, 0] : [0, 0, 255])).flat();
  return Buffer.from(Array.from({ length: scale }, () => row).flat());
}
const redBlueImage = (scale = 16): Sharp =>
  sharp(redBlue(scale), { raw: { width: scale * 2, height: scale, channels: 3 } });

/** Compares to within what resampling across the middle may blur. */
function near(actual: Uint8Array, expected: readonly number[]): void {
  assert.equal(actual.length, expected.length);
  actual.forEach((value, index) => {
    assert.ok(Math.abs(value - (expected[index] ?? NaN)) <= 24, `${[...actual].join()} is not near ${expected.join()}`);
  });
}

suite('reference photo', () => {
  test('the whole picture is fitted, from a file or from memory', async (t) => {
    const path = join(await scratchFolder(t), 'photo.png');
    await redBlueImage().png().toFile(path);
    const expected = [255, 0, 0, 0, 0, 255];
    near(await preparePhoto(path, two), expected);
    near(await preparePhoto({ pixels: redBlue(16), size: { width: 32, height: 16 } }, two), expected);
  });

  test('a camera held sideways is turned upright', async (t) => {
    const path = join(await scratchFolder(t), 'turned.jpg');
    // Orientation 3: the sensor was upside down, so left and right change places.
    await redBlueImage()
      .withMetadata({ orientation: 3 })
      .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
      .toFile(path);
    near(await preparePhoto(path, two), [0, 0, 255, 255, 0, 0]);
  });

  test('transparent, grey and 16-bit pictures become plain rgb', async (t) => {
    const folder = await scratchFolder(t);
    const clear = join(folder, 'clear.png');
    await sharp({ create: { width: 4, height: 4, channels: 4, background: { r: 9, g: 9, b: 9, alpha: 0 } } })
      .png()
      .toFile(clear);
    near(await preparePhoto(clear, two), [255, 255, 255, 255, 255, 255]);
    const grey = join(folder, 'grey.png');
    await sharp({ create: { width: 4, height: 4, channels: 3, background: 'rgb(90,90,90)' } })
      .toColourspace('b-w')
      .png()
      .toFile(grey);
    near(await preparePhoto(grey, two), [90, 90, 90, 90, 90, 90]);
    const deep = join(folder, 'deep.png');
    await redBlueImage().toColourspace('rgb16').png().toFile(deep);
    near(await preparePhoto(deep, two), [255, 0, 0, 0, 0, 255]);
  });

  test('what is no photo is refused with one error', async (t) => {
    const folder = await scratchFolder(t);
    const text = join(folder, 'text.jpg');
    await writeFile(text, 'this is not a picture');
    const cut = join(folder, 'cut.jpg');
    const whole = await redBlueImage(200).jpeg().toBuffer();
    await writeFile(cut, whole.subarray(0, whole.length / 2));
    const empty = join(folder, 'empty.png');
    await writeFile(empty, '');
    await mkdir(join(folder, 'folder.jpg'));
    for (const path of [text, cut, empty, join(folder, 'folder.jpg'), join(folder, 'nowhere.jpg')]) {
      await assert.rejects(preparePhoto(path, two), (thrown: { code?: string; detail?: string }) => {
        assert.equal(thrown.code, 'REFERENCE_UNREADABLE');
        assert.match(thrown.detail ?? '', /^[^\n]+: [^\n]+$/);
        assert.ok(thrown.detail?.startsWith(path));
        return true;
      });
    }
    const short = { pixels: new Uint8Array(5), size: two };
    await assert.rejects(preparePhoto(short, two), { code: 'REFERENCE_UNREADABLE' });
  });

  test('a photo of absurd size is refused before it is decoded', async (t) => {
    const path = join(await scratchFolder(t), 'huge.svg');
    await writeFile(path, '<svg xmlns="http://www.w3.org/2000/svg" width="30000" height="30000"/>');
    await assert.rejects(preparePhoto(path, two), { code: 'REFERENCE_UNREADABLE' });
  });
});
