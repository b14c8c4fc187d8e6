import type { TestContext } from 'node:test';
import type { ColourFrame, FrameMarks, Size } from '../../src/core/frame.js';
import { createColorizer, type ColorizerOptions, type OnnxColorizer } from '../../src/model/colorizer.js';
import { greyFrame } from './frames.js';
import { tinyModel } from './models.js';

// What the tiny model does: rgb = ⌊grey/2 + 50·blend + 100·colour⌋, where blend is grey/255 mixed with the frame before
// by smoothing, and colour is the mean of the references (0.25 without any).
const SIZE = { width: 64, height: 32 };
export const picture = (grey: number, blend = grey, colour = 0.25): number =>
  Math.floor(grey / 2 + (50 * blend) / 255 + 100 * colour + 1e-4);

export const PLAIN: ColorizerOptions = { modelFolder: tinyModel(), cacheFolder: false, device: 'cpu', workers: 1 };

export async function open(t: TestContext, options: ColorizerOptions = {}): Promise<OnnxColorizer> {
  const colorizer = await createColorizer({ ...PLAIN, ...options });
  t.after(() => colorizer.close());
  return colorizer;
}

/** A photo of one colour, 0 to 255. */
export const plain = (r: number, g: number, b: number): { pixels: Uint8Array; size: Size } => ({
  pixels: Uint8Array.from(Array.from({ length: 64 }, () => [r, g, b]).flat()),
  size: { width: 8, height: 8 },
});

export const frame = (
  grey: number,
  sequence = 0,
  marks: FrameMarks = {},
  size = SIZE,
): ReturnType<typeof greyFrame> => {
  const made = greyFrame(sequence, size, marks);
  made.pixels.fill(grey);
  return made;
};

export const rgbOf = ({ pixels }: ColourFrame): number[] => [...pixels.subarray(0, 3)];
