import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { defaultModelFolder, readModel } from '../../src/model/model-folder.js';
import { selfTestInput } from '../../src/model/self-test.js';
import { GraphSession, type TensorData } from '../../src/model/session.js';
import { elementsOf, resolveShape } from '../../src/model/tensor-shape.js';
import { nullTokens } from '../../src/model/tokens.js';

const SIZE = { width: 64, height: 64 };
const BYTES = SIZE.width * SIZE.height * 3;

suite('several frames in one run', () => {
  test('come out as they do one by one, within a grey level', async (t) => {
    const { manifest, frameGraph, nullTokens: bytes } = await readModel(defaultModelFolder());
    const { inputs, outputs } = manifest.graphs.frame;
    const session = await GraphSession.open(frameGraph, manifest.graphs.frame, { provider: 'cpu', threads: 1 });
    t.after(() => session.release());
    const empty = (shape: readonly (number | string)[], B: number): TensorData => {
      const resolved = resolveShape(shape, { B, H: SIZE.height, W: SIZE.width });
      return { data: new Float32Array(elementsOf(resolved)), shape: resolved };
    };
    const run = async (frames: readonly Uint8Array[]): Promise<Uint8Array> => {
      const B = frames.length;
      const rgb = new Uint8Array(B * BYTES);
      const frame = Uint8Array.from(frames.flatMap((pixels) => [...pixels]));
      await session.run(
        {
          ...nullTokens(manifest, bytes),
          ...Object.fromEntries(manifest.state.map(({ input }) => [input, empty(inputs[input]?.shape ?? [], B)])),
          frame: { data: frame, shape: [B, SIZE.height, SIZE.width, 1] },
          smoothing: { data: Float32Array.of(0.8), shape: [1] },
          reset: { data: Float32Array.of(1), shape: [1] },
        },
        {
          rgb: { data: rgb, shape: [B, SIZE.height, SIZE.width, 3] },
          ...Object.fromEntries(manifest.state.map(({ output }) => [output, empty(outputs[output]?.shape ?? [], B)])),
        },
      );
      return rgb;
    };
    const frames = [1, 2, 3].map((seed) => selfTestInput(seed, SIZE, manifest.reference).frame);
    const together = await run(frames);
    for (const [index, frame] of frames.entries()) {
      const alone = await run([frame]);
      const worst = alone.reduce(
        (most, value, at) => Math.max(most, Math.abs(value - (together[index * BYTES + at] ?? 0))),
        0,
      );
      assert.ok(worst <= 1, `frame ${index} is off by ${worst}`);
    }
  });
});
