import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { suite, test } from 'node:test';
import type { FrameMarks, Size } from '../../src/core/frame.js';
import { createColorizer, type OnnxColorizer } from '../../src/model/colorizer.js';
import { defaultModelFolder } from '../../src/model/model-folder.js';
import { greyFrame } from '../fakes/frames.js';
import { tinyModel } from '../fakes/models.js';

/** A GPU made of software, part of Debian's chromium: slow, and right. */
const SWIFTSHADER = '/usr/lib/chromium/vk_swiftshader_icd.json';
const SMALL = { width: 64, height: 64 };

const open = (device: string, modelFolder: string): Promise<OnnxColorizer> =>
  createColorizer({ device, modelFolder, cacheFolder: false, precision: 'fp32' });

const photo = (value: number): { pixels: Uint8Array; size: Size } => ({
  pixels: new Uint8Array(3 * 64).map((_, at) => (value + at) % 256),
  size: { width: 8, height: 8 },
});

/** A moving pattern, in the colours that a stream carries over, through all that can happen to it. */
async function pictures(colorizer: OnnxColorizer, size: Size): Promise<Uint8Array[]> {
  const stream = colorizer.stream({ smoothing: 0.7, references: [photo(40)] });
  const shown: Uint8Array[] = [];
  const show = async (sequence: number, marks: FrameMarks = {}, of = size): Promise<void> => {
    const frame = greyFrame(sequence, of, marks);
    frame.pixels.forEach((_, at) => (frame.pixels[at] = (3 * (at % of.width) + 11 * sequence + (at >> 7)) % 256));
    shown.push((await stream.colorize(frame)).pixels.slice());
  };
  for (const sequence of [0, 1, 2]) await show(sequence);
  await show(3, { frozen: true });
  await show(4);
  await show(5, { cut: true });
  await stream.useReferences([photo(200), photo(90)]);
  await show(6);
  await show(7, {}, { width: 32, height: 40 });
  await show(8, {}, { width: 32, height: 40 });
  await stream.close();
  return shown;
}

suite('webgpu', () => {
  test('a GPU of software is installed', () => {
    assert.ok(existsSync(SWIFTSHADER), `${SWIFTSHADER} is missing: apt-get install chromium`);
    process.env['VK_ICD_FILENAMES'] = SWIFTSHADER;
  });

  for (const [name, folder] of [
    ['the tiny model', tinyModel()],
    ['the model that ships', defaultModelFolder()],
  ] as const) {
    test(`${name}: state and tokens stay on the GPU, and the pictures are the cpu's`, async (t) => {
      const [cpu, gpu] = [await open('cpu', folder), await open('webgpu', folder)];
      t.after(() => Promise.all([cpu.close(), gpu.close()]));
      assert.equal(gpu.info.provider, 'webgpu');
      const [expected, found] = [await pictures(cpu, SMALL), await pictures(gpu, SMALL)];
      for (const [index, picture] of expected.entries()) {
        const worst = picture.reduce(
          (most, value, at) => Math.max(most, Math.abs(value - (found[index]?.[at] ?? 0))),
          0,
        );
        assert.ok(worst <= 2, `picture ${index} is off by ${worst} grey levels`);
      }
      assert.notDeepEqual(expected[5], expected[6]);
    });
  }
});
