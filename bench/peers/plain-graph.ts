import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Size } from '../../src/core/frame.js';
import { parseManifest } from '../../src/model/manifest.js';
import { elementsOf, resolveShape } from '../../src/model/tensor-shape.js';
import { nullTokens } from '../../src/model/tokens.js';

/** One grey picture → its colours, as a short program would do it. */
export type PlainGraph = (grey: Uint8Array) => Promise<Uint8Array>;

/**
 * The frame graph as onnxruntime's own examples would run it: options left alone, memory of its own for every result,
 * the state of one run fed to the next.
 *
 * @param options `threads` inside one operator; as many as there are cores where left out, which is onnxruntime's
 *   choice. `int8`: the graph that counts in bytes.
 */
export async function openPlainGraph(
  folder: string,
  { width, height }: Size,
  { threads, int8 = false }: { readonly threads?: number; readonly int8?: boolean } = {},
): Promise<PlainGraph> {
  const manifest = parseManifest(await readFile(join(folder, 'model.json'), 'utf8'));
  const { graphs, state, nullTokens: none } = manifest;
  const options = threads === undefined ? {} : { intraOpNumThreads: threads };
  const file = int8 ? (graphs.frame.variants?.int8?.file ?? '') : graphs.frame.file;
  const session = await InferenceSession.create(join(folder, file), options);
  const feeds: Record<string, Tensor> = {
    smoothing: new Tensor('float32', [0.8], [1]),
    reset: new Tensor('float32', [1], [1]),
  };
  for (const [name, { data, shape }] of Object.entries(nullTokens(manifest, await readFile(join(folder, none.file))))) {
    feeds[name] = new Tensor('float32', data, shape);
  }
  for (const { input, zero } of state) {
    const shape = resolveShape(graphs.frame.inputs[input]?.shape ?? [], { B: 1, H: height, W: width });
    feeds[input] = new Tensor('float32', new Float32Array(elementsOf(shape)).fill(zero), shape);
  }
  return async (grey) => {
    feeds['frame'] = new Tensor('uint8', grey, [1, height, width, 1]);
    const results = await session.run(feeds);
    for (const { input, output } of state) {
      const next = results[output];
      if (next !== undefined) feeds[input] = next;
    }
    feeds['reset'] = new Tensor('float32', [0], [1]);
    return results['rgb']?.data as Uint8Array;
  };
}
