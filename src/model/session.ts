import { env, InferenceSession, Tensor } from 'onnxruntime-node';
import { DaylitError } from '../core/errors.js';
import type { GraphSpec, TensorSpec } from './manifest.js';

/** What runs a graph. */
export type Provider = 'cuda' | 'tensorrt' | 'coreml' | 'dml' | 'webgpu' | 'cpu';

export interface SessionOptions {
  readonly provider: Provider;
  /** Threads inside one operator; counts for the cpu alone. */
  readonly threads: number;
}

/** A tensor as this room passes it around: memory and its shape. Shared memory is refused by onnxruntime. */
export interface TensorData {
  readonly data: Uint8Array<ArrayBuffer> | Float32Array<ArrayBuffer>;
  readonly shape: readonly number[];
}

/** One loaded graph whose names, types and shapes are those of the manifest. The only maker and runner of sessions. */
export class GraphSession {
  readonly #session: InferenceSession;

  private constructor(session: InferenceSession) {
    this.#session = session;
  }

  /**
   * Loads a graph. Blocks its thread.
   * @throws DaylitError MODEL_INVALID if the graph is not the one model.json describes; whatever onnxruntime throws if
   *   the provider cannot run it.
   */
  static async open(bytes: Uint8Array, spec: GraphSpec, options: SessionOptions): Promise<GraphSession> {
    // Its complaints come back as errors; on stderr they would only run into our own lines.
    env.logLevel = 'fatal';
    const session = await InferenceSession.create(bytes, {
      executionProviders: [options.provider],
      intraOpNumThreads: options.threads,
      interOpNumThreads: 1,
      logSeverityLevel: 4,
      // The other threads of an operator wait for work by turning in circles. By default they do so for a millisecond and
      // between runs, which takes the core from decoding and encoding: measured on two busy cores, a frame in fp32 on two
      // threads took 54 ms and 33 ms of processor time that way, 22 and 21 ms this way.
      ...(options.provider === 'cpu' && options.threads > 1
        ? { extra: { session: { force_spinning_stop: '1', intra_op: { spin_duration_us: '50' } } } }
        : {}),
      // DirectML runs with neither; see onnxruntime's notes on that provider.
      ...(options.provider === 'dml' ? { enableMemPattern: false, executionMode: 'sequential' as const } : {}),
    });
    const complaint =
      mismatch('input', session.inputMetadata, spec.inputs) ?? mismatch('output', session.outputMetadata, spec.outputs);
    if (complaint !== undefined) {
      await session.release();
      throw new DaylitError('MODEL_INVALID', `${spec.file}: ${complaint}`);
    }
    return new GraphSession(session);
  }

  /**
   * Runs the graph into the memory of `outputs`. Blocks its thread; the thread must not be ended meanwhile.
   * @throws Error as onnxruntime words it.
   */
  async run(
    inputs: Readonly<Record<string, TensorData>>,
    outputs: Readonly<Record<string, TensorData>>,
  ): Promise<void> {
    await this.#session.run(tensors(inputs), tensors(outputs));
  }

  /** Runs the graph where the shapes of its float32 outputs are not known before. Each has memory of its own. */
  async runUnsized(inputs: Readonly<Record<string, TensorData>>): Promise<Record<string, TensorData>> {
    const results = await this.#session.run(tensors(inputs));
    return Object.fromEntries(
      Object.entries(results).map(([name, tensor]) => [
        name,
        { data: tensor.data as Float32Array<ArrayBuffer>, shape: tensor.dims },
      ]),
    );
  }

  async release(): Promise<void> {
    await this.#session.release();
  }
}

function tensors(values: Readonly<Record<string, TensorData>>): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(values).map(([name, { data, shape }]) => [
      name,
      data instanceof Uint8Array ? new Tensor('uint8', data, shape) : new Tensor('float32', data, shape),
    ]),
  );
}

/** How a graph's tensors differ from what model.json says; undefined if they agree. */
function mismatch(
  side: 'input' | 'output',
  found: readonly InferenceSession.ValueMetadata[],
  expected: Readonly<Record<string, TensorSpec>>,
): string | undefined {
  const strange = found.find((value) => !Object.hasOwn(expected, value.name));
  if (strange !== undefined) return `${side} ${strange.name} is not in model.json`;
  for (const [name, spec] of Object.entries(expected)) {
    const value = found.find((candidate) => candidate.name === name);
    if (value === undefined) return `${side} ${name} is missing`;
    if (!value.isTensor || value.type !== spec.type) return `${side} ${name} is not ${spec.type}`;
    // Exporters leave some dimensions open that are fixed in truth; the other way round it could not run every size.
    const fits =
      value.shape.length === spec.shape.length &&
      spec.shape.every((size, axis) => typeof value.shape[axis] === 'string' || value.shape[axis] === size);
    if (!fits) return `${side} ${name} has shape ${value.shape.join('×')}, model.json says ${spec.shape.join('×')}`;
  }
  return undefined;
}
