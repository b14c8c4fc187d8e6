import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { FrameEngine } from '../src/model/frame-engine.js';
import { readModel, type Model } from '../src/model/model-folder.js';
import { selfTestInput } from '../src/model/self-test.js';
import { GraphSession } from '../src/model/session.js';
import { nullTokens } from '../src/model/tokens.js';
import { interleaved, repeating, type Bench, type Case, type Contender, type Row } from './harness.js';
import { openPlainGraph } from './peers/plain-graph.js';

const SIZES = [
  { width: 320, height: 256 },
  { width: 640, height: 512 },
  { width: 1280, height: 1024 },
] as const;
const THREADS = [1, 2] as const;
const PLAIN = 'plain session.run';
const SMOOTHING = 0.8;
/** Multiplications of the matrix product that measures the machine: 1024³. */
const PRODUCT_GMAC = 1024 ** 3 / 1e9;

/** What the network costs, without anything around it. */
export const model: Case = {
  name: 'model',
  title: 'The frame graph alone, on the cpu',
  method:
    'Milliseconds a frame through daylit’s own engine: state carried along, results written into memory that is kept. The peer runs the same graph by onnxruntime’s defaults (all cores, fresh memory).',
  run: async (bench) => {
    const read = await readModel(bench.model);
    const rows: Row[] = [];
    for (const size of bench.quick ? SIZES.slice(0, 1) : SIZES) rows.push(...(await atSize(bench, read, size)));
    return [...rows, ...(await peak(bench))];
  },
};

async function atSize(bench: Bench, read: Model, size: (typeof SIZES)[number]): Promise<readonly Row[]> {
  const label = `${size.width}×${size.height}`;
  const graphs = new Map([['fp32', read.frameGraph]]);
  if (read.int8Graph !== undefined) graphs.set('int8', read.int8Graph);
  const milliseconds = bench.quick ? 1 : 150;
  const sessions: GraphSession[] = [];
  const contenders: Record<string, Contender> = {};
  const { frame } = selfTestInput(1, size, read.manifest.reference);
  const plain = await openPlainGraph(read.folder, size);
  contenders[`${label}, ${PLAIN}`] = repeating(() => plain(frame), milliseconds);
  for (const [precision, graph] of graphs) {
    for (const threads of THREADS) {
      const session = await GraphSession.open(graph, read.manifest.graphs.frame, { provider: 'cpu', threads });
      sessions.push(session);
      const name = `${label}, ${precision}, ${threads === 1 ? '1 thread' : `${threads} threads`}`;
      contenders[name] = repeating(engineStep(session, read, frame, size), milliseconds);
    }
  }
  const measured = await interleaved(contenders, bench.quick ? 1 : 7);
  await Promise.all(sessions.map((session) => session.release()));
  const common = { unit: 'ms', better: 'smaller' } as const;
  const rows = Object.entries(measured).map(([name, samples]) => ({
    ...{ name, ...common, samples },
    ...(name.endsWith(PLAIN) ? {} : { peer: `${label}, ${PLAIN}` }),
  }));
  const [fp32, int8] = [`${label}, fp32, 1 thread`, `${label}, int8, 1 thread`];
  const bytes = measured[int8];
  return bytes === undefined
    ? rows
    : [...rows, { name: `${int8}, against fp32`, ...common, samples: bytes, peer: fp32 }];
}

function engineStep(session: GraphSession, read: Model, frame: Uint8Array<ArrayBuffer>, size: (typeof SIZES)[number]) {
  const engine = new FrameEngine(session, read.manifest, SMOOTHING);
  const tokens = nullTokens(read.manifest, read.nullTokens);
  const rgb = new Uint8Array(frame.length * 3);
  let index = 0;
  return (): Promise<void> => {
    index += 1;
    const moment = { size, epoch: 0, seconds: index / 25, cut: false, frozen: false };
    return engine.colorize(frame, rgb, moment, tokens);
  };
}

/** What this machine multiplies at best: a product of two matrices, by the same runtime. */
async function peak({ peers, quick }: Bench): Promise<readonly Row[]> {
  const path = peers === undefined ? undefined : join(peers, 'product.onnx');
  const names = THREADS.map((threads) => `matrix product, ${threads === 1 ? '1 thread' : `${threads} threads`}`);
  const common = { unit: 'GMAC/s', better: 'larger' } as const;
  if (path === undefined || !existsSync(path)) {
    return names.map((name) => ({ name, ...common, samples: [], note: 'needs --peers' }));
  }
  const side = 1024;
  const matrix = new Tensor('float32', new Float32Array(side * side).fill(0.5), [side, side]);
  const contenders: Record<string, Contender> = {};
  for (const [index, threads] of THREADS.entries()) {
    const session = await InferenceSession.create(path, { intraOpNumThreads: threads });
    contenders[names[index] ?? ''] = repeating(() => session.run({ a: matrix, b: matrix }), quick ? 1 : 100);
  }
  const measured = await interleaved(contenders, quick ? 1 : 7);
  return Object.entries(measured).map(([name, samples]) => ({
    ...{ name, ...common, samples: samples.map((milliseconds) => (PRODUCT_GMAC * 1000) / milliseconds) },
    note: 'the machine’s own peak',
  }));
}
