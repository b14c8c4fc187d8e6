import { DaylitError } from '../core/errors.js';
import { cutGraph } from './graph-cut.js';
import { FRAME_INPUT, PICTURE_OUTPUT, type GraphSpec, type Manifest } from './manifest.js';
import { reasonOf } from './providers.js';
import { GraphSession, type DeviceTensor, type FrameSession, type TensorData } from './session.js';

/** State output → the tensor that holds it where the cut goes through. */
type Drawn = Readonly<Record<string, string>>;

export interface SplitOptions {
  /** Of the graph, for errors. */
  readonly file: string;
  readonly drawn: Drawn;
  /** Inside one operator. */
  readonly threads: number;
}

/**
 * The frame graph cut in two where its state comes in, both halves on the cpu: what is before needs the frame and the
 * tokens alone and may run ahead of the frames before it, what is behind keeps to their order. Together they make the
 * numbers that the whole makes.
 */
export class SplitGraph implements FrameSession {
  readonly hasDevice = false;
  readonly #drawn: Drawn;
  readonly #inputs: readonly string[];
  readonly #outputs: readonly string[];
  readonly #draw: GraphSession;
  readonly #finish: GraphSession;
  /** What the first half leaves for the second alone; kept from run to run. */
  readonly #between = new Map<string, TensorData>();

  private constructor(drawn: Drawn, draw: Half, finish: Half) {
    this.#drawn = drawn;
    this.#inputs = Object.keys(draw.spec.inputs);
    this.#outputs = Object.keys(finish.spec.outputs);
    this.#draw = draw.session;
    this.#finish = finish.session;
  }

  /** Cuts and loads a frame graph. Blocks its thread. @throws DaylitError MODEL_INVALID if it has no such tensors */
  static async open(
    bytes: Uint8Array,
    manifest: Manifest,
    { drawn, file, threads }: SplitOptions,
  ): Promise<SplitGraph> {
    const specs = halvesOf(manifest, drawn, file);
    const like = Object.fromEntries(Object.entries(drawn).map(([output, inner]) => [inner, output]));
    const draw = await openHalf(bytes, specs.draw, like, threads);
    try {
      return new SplitGraph(drawn, draw, await openHalf(bytes, specs.finish, like, threads));
    } catch (thrown) {
      await draw.session.release();
      throw thrown;
    }
  }

  async run(
    inputs: Readonly<Record<string, TensorData | DeviceTensor>>,
    outputs: Readonly<Record<string, TensorData>>,
    whenDrawn?: () => void,
  ): Promise<Readonly<Record<string, DeviceTensor>>> {
    const between: Record<string, TensorData> = {};
    for (const output of Object.keys(this.#drawn)) {
      const [inner, whole] = [this.#drawn[output] ?? output, outputs[output]];
      if (whole === undefined) throw new Error(`${output} has no memory`);
      between[inner] = inner === output ? whole : this.#memoryLike(inner, whole);
    }
    await this.#draw.run(pick(inputs, this.#inputs), between);
    whenDrawn?.();
    return this.#finish.run({ ...inputs, ...between }, pick(outputs, this.#outputs));
  }

  upload(): Promise<never> {
    return Promise.reject(new Error('there is no device'));
  }

  download(): Promise<never> {
    return Promise.reject(new Error('there is no device'));
  }

  async release(): Promise<void> {
    await this.#draw.release();
    await this.#finish.release();
  }

  #memoryLike(name: string, { data, shape }: TensorData): TensorData {
    const kept = this.#between.get(name);
    if (kept?.data.length === data.length) return { data: kept.data, shape };
    const made = { data: new Float32Array(data.length), shape };
    this.#between.set(name, made);
    return made;
  }
}

interface Half {
  readonly spec: GraphSpec;
  readonly session: GraphSession;
}

async function openHalf(bytes: Uint8Array, spec: GraphSpec, like: Drawn, threads: number): Promise<Half> {
  const cut = { inputs: Object.keys(spec.inputs), outputs: Object.keys(spec.outputs), like };
  try {
    return { spec, session: await GraphSession.open(cutGraph(bytes, cut), spec, { provider: 'cpu', threads }) };
  } catch (thrown) {
    if (thrown instanceof DaylitError) throw thrown;
    throw new DaylitError('MODEL_INVALID', `${spec.file}, cut in two: ${reasonOf(thrown)}`, { cause: thrown });
  }
}

/** The tensors of each half. */
function halvesOf({ graphs, tokens, state }: Manifest, drawn: Drawn, file: string) {
  const { inputs, outputs } = graphs.frame;
  const inner: GraphSpec['inputs'] = {};
  for (const [output, name] of Object.entries(drawn)) {
    const spec = outputs[output];
    if (spec !== undefined) inner[name] = spec;
  }
  const changed = state.map(({ output }) => output).filter((output) => drawn[output] !== output);
  return {
    draw: { file, inputs: pick(inputs, [FRAME_INPUT, ...tokens]), outputs: inner },
    // What of the frame's tokens is wanted here too is the model's affair.
    finish: { file, inputs: { ...inputs, ...inner }, outputs: pick(outputs, [PICTURE_OUTPUT, ...changed]) },
  };
}

function pick<T>(from: Readonly<Record<string, T>>, names: readonly string[]): Record<string, T> {
  const picked: Record<string, T> = {};
  for (const name of names) {
    const value = from[name];
    if (value !== undefined) picked[name] = value;
  }
  return picked;
}
