import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { readModel } from '../src/model/model-folder.js';
import { selfTestInput } from '../src/model/self-test.js';
import { interleaved, repeating, type Bench, type Case, type Contender, type Row } from './harness.js';
import { openPlainGraph } from './peers/plain-graph.js';

const SIZE = { width: 640, height: 512 };
const MISSING = 'python bench/peers/export_generators.py FOLDER, then --peers FOLDER';

interface Generator {
  readonly name: string;
  readonly file: string;
  readonly size: { readonly width: number; readonly height: number };
  readonly note: string;
}

const GENERATORS: readonly Generator[] = [
  { name: 'ResNet-9 (CycleGAN, CUT)', file: 'resnet9.onnx', size: SIZE, note: '11.4 M parameters' },
  {
    name: 'U-Net-256 (pix2pix)',
    file: 'unet256.onnx',
    size: { width: 768, height: 512 },
    note: '54.4 M parameters, at 768×512: it halves eight times, so a frame of 640×512 must be padded',
  },
];

/** The networks that papers on colouring thermal pictures mostly start from. */
export const generators: Case = {
  name: 'generators',
  title: 'Usual generators, 640×512, on the cpu',
  method:
    'Milliseconds a frame, all by onnxruntime’s defaults with all cores. Their weights are random: time does not depend on them.',
  run: async (bench) => {
    const threads = availableParallelism();
    const { frame } = selfTestInput(1, SIZE, { width: 1, height: 1 });
    const { int8Graph } = await readModel(bench.model);
    const contenders: Record<string, Contender> = {};
    for (const precision of int8Graph === undefined ? (['fp32'] as const) : (['fp32', 'int8'] as const)) {
      const plain = await openPlainGraph(bench.model, SIZE, { threads, int8: precision === 'int8' });
      contenders[`daylit, ${precision}`] = repeating(() => plain(frame), bench.quick ? 1 : 200);
    }
    const ours = Object.keys(contenders);
    for (const { name, ...generator } of bench.quick ? [] : GENERATORS) {
      const step = await open(bench, generator, threads);
      if (step !== undefined) contenders[name] = step;
    }
    const measured = await interleaved(contenders, bench.quick ? 1 : 5);
    const common = { unit: 'ms', better: 'smaller' } as const;
    return GENERATORS.flatMap(({ name, note }): Row[] => [
      { name, ...common, samples: measured[name] ?? [], note: measured[name] === undefined ? MISSING : note },
      ...ours.map((own) => ({
        ...{ name: `${own}, against ${name}`, ...common, samples: measured[own] ?? [], peer: name },
      })),
    ]);
  },
};

async function open(
  { peers }: Bench,
  { file, size: { width, height } }: Omit<Generator, 'name'>,
  threads: number,
): Promise<Contender | undefined> {
  const path = peers === undefined ? undefined : join(peers, file);
  if (path === undefined || !existsSync(path)) return undefined;
  const session = await InferenceSession.create(path, { intraOpNumThreads: threads });
  const picture = new Tensor('float32', new Float32Array(3 * width * height).fill(0.1), [1, 3, height, width]);
  return async () => {
    const start = performance.now();
    await session.run({ picture });
    return performance.now() - start;
  };
}
