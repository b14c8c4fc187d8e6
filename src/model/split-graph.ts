import { DaylitError } from '../core/errors.js';
import { cutGraph } from './graph-cut.js';
import {
  FRAME_INPUT,
  PICTURE_OUTPUT,
  RESET_INPUT,
  SMOOTHING_INPUT,
  type GraphSpec,
  type Manifest,
} from './manifest.js';
import { reasonOf } from './providers.js';
import { GraphSession, type DeviceTensor, type FrameSession, type TensorData } from './session.js';

/** The tensors of each half. */
interface Halves {
  readonly draw: GraphSpec;
  readonly finish: GraphSpec;
  /** State output → the tensor where the cut goes through. */
  readonly drawn: Readonly<Record<string, string>>;
}

/**
 * The frame graph cut in two where its state comes in, both halves on the cpu: what is before needs the frame alone and
 * may run ahead of the frames before it, what is behind keeps to their order. Both count as the whole does.
 */
export class SplitGraph implements FrameSession {
  readonly hasDevice = false;
  readonly #draw: GraphSession;
  readonly #finish: GraphSession;
  readonly #halves: Halves;
  /** What the first half leaves where the second does not read it from an output of the whole; kept from run to run. */
  readonly #between = new Map<string, TensorData>();

  private constructor(draw: GraphSession, finish: GraphSession, halves: Halves) {
    this.#draw = draw;
    this.#finish = finish;
    this.#halves = halves;
  }

  /**
   * Cuts and loads a frame graph. Blocks its thread.
   * @throws DaylitError MODEL_INVALID if model.json's `drawn` is not to be found in it
   */
  static async open(bytes: Uint8Array, manifest: Manifest, file: string, threads: number): Promise<SplitGraph> {
    const halves = halvesOf(manifest, file);
    if (halves === undefined) throw new DaylitError('INTERNAL', 'model.json names no place for a cut');
    const like = Object.fromEntries(Object.entries(halves.drawn).map(([output, inner]) => [inner, output]));
    const load = (spec: GraphSpec): Promise<GraphSession> =>
      GraphSession.open(cut(bytes, spec, like), spec, { provider: 'cpu', threads });
    const draw = await load(halves.draw);
    try {
      return new SplitGraph(draw, await load(halves.finish), halves);
    } catch (thrown) {
      await draw.release();
      throw thrown;
    }
  }

  async run(
    inputs: Readonly<Record<string, TensorData | DeviceTensor>>,
    outputs: Readonly<Record<string, TensorData>>,
    whenDrawn?: () => void,
  ): Promise<Readonly<Record<string, DeviceTensor>>> {
    const { draw, finish, drawn } = this.#halves;
    const between: Record<string, TensorData> = {};
    for (const [output, inner] of Object.entries(drawn)) {
      const whole = outputs[output];
      if (whole === undefined) throw new Error(`${output} has no memory`);
      between[inner] = inner === output ? whole : this.#memoryLike(inner, whole);
    }
    await this.#draw.run(pick(inputs, draw.inputs), between);
    whenDrawn?.();
    return this.#finish.run(pick({ ...inputs, ...between }, finish.inputs), pick(outputs, finish.outputs));
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
    if (kept?.data.length === data.length) return kept.shape === shape ? kept : { data: kept.data, shape };
    const made = { data: new Float32Array(data.length), shape };
    this.#between.set(name, made);
    return made;
  }
}

/** Undefined for a model that tells of no place where its frame graph may be cut. */
function halvesOf({ graphs, tokens, state }: Manifest, file: string): Halves | undefined {
  const { inputs, outputs, drawn } = graphs.frame;
  if (drawn === undefined) return undefined;
  const inner: GraphSpec['inputs'] = {};
  for (const [output, name] of Object.entries(drawn)) {
    const spec = outputs[output];
    if (spec !== undefined) inner[name] = spec;
  }
  const past = state.map(({ input }) => input);
  const changed = state.map(({ output }) => output).filter((output) => drawn[output] !== output);
  return {
    draw: { file, inputs: pick(inputs, [FRAME_INPUT, ...tokens]), outputs: inner },
    finish: {
      file,
      inputs: { ...pick(inputs, [FRAME_INPUT, ...past, SMOOTHING_INPUT, RESET_INPUT]), ...inner },
      outputs: pick(outputs, [PICTURE_OUTPUT, ...changed]),
    },
    drawn,
  };
}

function cut(
  bytes: Uint8Array,
  { file, inputs, outputs }: GraphSpec,
  like: Readonly<Record<string, string>>,
): Uint8Array {
  try {
    return cutGraph(bytes, { inputs: Object.keys(inputs), outputs: Object.keys(outputs), like });
  } catch (cause) {
    throw new DaylitError('MODEL_INVALID', `${file} cannot be cut: ${reasonOf(cause)}`, { cause });
  }
}

function pick<T>(from: Readonly<Record<string, T>>, names: readonly string[] | Readonly<Record<string, unknown>>) {
  const picked: Record<string, T> = {};
  for (const name of Array.isArray(names) ? (names as readonly string[]) : Object.keys(names)) {
    const value = from[name];
    if (value !== undefined) picked[name] = value;
  }
  return picked;
}
