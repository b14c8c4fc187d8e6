import { env, InferenceSession, Tensor } from 'onnxruntime-node';
import { DaylitError } from '../core/errors.js';
import { freeAtOnce } from './free-at-once.js';
import { identityGraph } from './identity-graph.js';
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

/** A tensor that lies in the GPU's memory. Whoever holds it last disposes of it. */
export class DeviceTensor {
  /** @param tensor only GraphSession looks inside */
  constructor(readonly tensor: Tensor) {}

  dispose(): void {
    this.tensor.dispose();
  }
}

/** Where an output goes: into this memory, or nowhere but the device. */
export type Destination = TensorData | 'device';

/** What runs the frames: the frame graph, or its halves in turn (split-graph.ts). */
export interface FrameSession extends Pick<GraphSession, 'hasDevice' | 'upload' | 'download' | 'release'> {
  /**
   * Runs the graph into the memory of `outputs`. Blocks its thread; the thread must not be ended meanwhile.
   * @param whenDrawn called before the state is read: as late as there is anything to do without it. It may fill the
   *   state's memory.
   * @returns the outputs that stayed on the device
   * @throws Error as onnxruntime words it.
   */
  run(
    inputs: Readonly<Record<string, TensorData | DeviceTensor>>,
    outputs: Readonly<Record<string, Destination>>,
    whenDrawn?: () => void,
  ): Promise<Readonly<Record<string, DeviceTensor>>>;
}

/** One loaded graph whose names, types and shapes are those of the manifest. The only maker and runner of sessions. */
export class GraphSession implements FrameSession {
  /** Whether outputs can be left on the device. */
  readonly hasDevice: boolean;
  readonly #session: InferenceSession;
  #transfer: DeviceTransfer | undefined;

  private constructor(session: InferenceSession, provider: Provider) {
    this.#session = session;
    this.hasDevice = provider === 'webgpu';
  }

  /**
   * Loads a graph. Blocks its thread.
   * @throws DaylitError MODEL_INVALID if the graph is not the one model.json describes; whatever onnxruntime throws if
   *   the provider cannot run it.
   * @param stay outputs that stay on the device, where it can
   */
  static async open(
    bytes: Uint8Array,
    spec: GraphSpec,
    options: SessionOptions,
    stay: readonly string[] = [],
  ): Promise<GraphSession> {
    // Its complaints come back as errors; on stderr they would only run into our own lines.
    env.logLevel = 'fatal';
    const session = await InferenceSession.create(bytes, {
      executionProviders: [options.provider],
      ...(options.provider === 'webgpu' ? { preferredOutputLocation: onDevice(stay) } : {}),
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
    return new GraphSession(session, options.provider);
  }

  async run(
    inputs: Readonly<Record<string, TensorData | DeviceTensor>>,
    outputs: Readonly<Record<string, Destination>>,
    whenDrawn?: () => void,
  ): Promise<Readonly<Record<string, DeviceTensor>>> {
    whenDrawn?.();
    const names = Object.keys(outputs);
    const fetches: Record<string, Tensor | null> = {};
    for (const name of names) {
      const output = outputs[name];
      // Where outputs may stay on a device, memory that is handed in is left as it is; what comes back is copied below.
      fetches[name] = output === undefined || output === 'device' || this.hasDevice ? null : tensorOf(output);
    }
    const results = await this.#session.run(tensors(inputs), fetches);
    const stayed: Record<string, DeviceTensor> = {};
    for (const name of names) {
      const [output, result] = [outputs[name], results[name]];
      if (output === undefined || result === undefined) continue;
      if (output === 'device') stayed[name] = new DeviceTensor(result);
      else if (this.hasDevice) output.data.set(result.data as Uint8Array | Float32Array);
      else freeCopy(result, output);
    }
    return stayed;
  }

  /** Copies to the device, for the inputs of many runs. @throws Error where there is none */
  async upload(values: Readonly<Record<string, TensorData>>): Promise<Readonly<Record<string, DeviceTensor>>> {
    this.#transfer ??= await DeviceTransfer.open();
    const uploaded: Record<string, DeviceTensor> = {};
    for (const [name, value] of Object.entries(values)) uploaded[name] = await this.#transfer.up(value);
    return uploaded;
  }

  /** Copies from the device. */
  async download(value: DeviceTensor): Promise<TensorData> {
    this.#transfer ??= await DeviceTransfer.open();
    return this.#transfer.down(value);
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
    await this.#transfer?.release();
    await this.#session.release();
  }
}

/**
 * onnxruntime-node has no call that copies to the GPU or back. A graph that hands its one input on does both: what its
 * output is, memory or GPU buffer, is chosen when it is loaded, and sessions of a process share their buffers.
 */
class DeviceTransfer {
  private constructor(
    readonly upward: InferenceSession,
    readonly downward: InferenceSession,
  ) {}

  static async open(): Promise<DeviceTransfer> {
    const load = (location: Tensor.DataLocation): Promise<InferenceSession> =>
      InferenceSession.create(identityGraph(), {
        executionProviders: ['webgpu'],
        preferredOutputLocation: location,
        logSeverityLevel: 4,
      });
    return new DeviceTransfer(await load('gpu-buffer'), await load('cpu'));
  }

  async up(value: TensorData): Promise<DeviceTensor> {
    const { y } = await this.upward.run({ x: tensorOf(value) });
    if (y === undefined) throw new Error('nothing came of the upload');
    return new DeviceTensor(y);
  }

  async down({ tensor }: DeviceTensor): Promise<TensorData> {
    const { y } = await this.downward.run({ x: tensor });
    if (y === undefined) throw new Error('nothing came of the download');
    return { data: y.data as Float32Array<ArrayBuffer>, shape: y.dims };
  }

  async release(): Promise<void> {
    await this.upward.release();
    await this.downward.release();
  }
}

/** Frees an output's memory where it is not the one that was handed in and filled. */
function freeCopy({ data }: Tensor, output: TensorData): void {
  const { buffer } = data as TensorData['data'];
  if (buffer !== output.data.buffer) freeAtOnce(buffer);
}

function onDevice(outputs: readonly string[]): Record<string, Tensor.DataLocation> {
  return Object.fromEntries(outputs.map((name) => [name, 'gpu-buffer']));
}

function tensors(values: Readonly<Record<string, TensorData | DeviceTensor>>): Record<string, Tensor> {
  const made: Record<string, Tensor> = {};
  for (const name of Object.keys(values)) {
    const value = values[name];
    if (value !== undefined) made[name] = value instanceof DeviceTensor ? value.tensor : tensorOf(value);
  }
  return made;
}

function tensorOf({ data, shape }: TensorData): Tensor {
  return data instanceof Uint8Array ? new Tensor('uint8', data, shape) : new Tensor('float32', data, shape);
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
