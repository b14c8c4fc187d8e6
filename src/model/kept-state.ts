import type { Size } from '../core/frame.js';
import type { Manifest } from './manifest.js';
import { DeviceTensor, type Destination, type GraphSession, type TensorData } from './session.js';
import { elementsOf, resolveShape } from './tensor-shape.js';

/**
 * What a stream's graph hands from frame to frame. In memory two sets of tensors change places, so that nothing is made
 * for a frame; on a device the graph makes each set, which never leaves it.
 */
export class KeptState {
  readonly #session: Pick<GraphSession, 'hasDevice' | 'download'>;
  readonly #state: Manifest['state'];
  /** As before the first frame, by input name. */
  readonly #zeros: Readonly<Record<string, TensorData>>;
  #past: Readonly<Record<string, TensorData | DeviceTensor>>;
  #spare: Readonly<Record<string, TensorData>>;

  /** @param padded size of the frames as the graph sees them */
  constructor(session: Pick<GraphSession, 'hasDevice' | 'download'>, manifest: Manifest, padded: Size) {
    this.#session = session;
    this.#state = manifest.state;
    this.#zeros = zerosOf(manifest, padded);
    this.#past = this.#zeros;
    this.#spare = session.hasDevice ? {} : zerosOf(manifest, padded);
  }

  /** State by input name. */
  get past(): Readonly<Record<string, TensorData | DeviceTensor>> {
    return this.#past;
  }

  /** Where the graph is to leave the next, by output name. */
  get next(): Readonly<Record<string, Destination>> {
    const destinations: Record<string, Destination> = {};
    for (const { input, output } of this.#state) destinations[output] = this.#spare[input] ?? 'device';
    return destinations;
  }

  /**
   * To be called after each run.
   * @param stayed what the graph left on the device, by output name
   * @param keep whether it is the stream's state from now on
   */
  ran(stayed: Readonly<Record<string, DeviceTensor>>, keep: boolean): void {
    if (!this.#session.hasDevice) {
      // Both are in memory: what was past is overwritten by the next run.
      if (keep) [this.#past, this.#spare] = [this.#spare, this.#past as Readonly<Record<string, TensorData>>];
      return;
    }
    if (!keep) {
      for (const tensor of Object.values(stayed)) tensor.dispose();
      return;
    }
    this.dispose();
    const past: Record<string, DeviceTensor> = {};
    for (const { input, output } of this.#state) {
      const tensor = stayed[output];
      if (tensor !== undefined) past[input] = tensor;
    }
    this.#past = past;
  }

  /** Makes the state as it is before the first frame: nought times a number that is not finite would live on. */
  clear(): void {
    if (this.#session.hasDevice) {
      this.dispose();
      return;
    }
    for (const { input, zero } of this.#state) {
      const tensor = this.#past[input];
      if (tensor !== undefined && !(tensor instanceof DeviceTensor)) tensor.data.fill(zero);
    }
  }

  /** Makes numbers from elsewhere the state, one tensor after another as in model.json. In memory alone. */
  load(numbers: Float32Array): void {
    let at = 0;
    for (const data of this.#inMemory()) {
      data.set(numbers.subarray(at, at + data.length));
      at += data.length;
    }
  }

  /** The way back. */
  save(numbers: Float32Array): void {
    let at = 0;
    for (const data of this.#inMemory()) {
      numbers.set(data, at);
      at += data.length;
    }
  }

  async isFinite(): Promise<boolean> {
    for (const tensor of Object.values(this.#past)) {
      const { data } = tensor instanceof DeviceTensor ? await this.#session.download(tensor) : tensor;
      if (!data.every((value) => Number.isFinite(value))) return false;
    }
    return true;
  }

  /** Gives the device's memory back. */
  dispose(): void {
    for (const tensor of Object.values(this.#past)) if (tensor instanceof DeviceTensor) tensor.dispose();
    if (this.#session.hasDevice) this.#past = this.#zeros;
  }

  *#inMemory(): Generator<TensorData['data']> {
    for (const { input } of this.#state) {
      const tensor = this.#past[input];
      if (tensor !== undefined && !(tensor instanceof DeviceTensor)) yield tensor.data;
    }
  }
}

/** How many numbers a stream's state has. @param padded size of the frames as the graph sees them */
export function stateLength(manifest: Manifest, padded: Size): number {
  return shapesOf(manifest, padded).reduce((sum, { shape }) => sum + elementsOf(shape), 0);
}

function zerosOf(manifest: Manifest, padded: Size): Readonly<Record<string, TensorData>> {
  return Object.fromEntries(
    shapesOf(manifest, padded).map(({ input, zero, shape }) => {
      return [input, { data: new Float32Array(elementsOf(shape)).fill(zero), shape }];
    }),
  );
}

function shapesOf({ graphs, state }: Manifest, { width, height }: Size) {
  return state.map(({ input, zero }) => {
    const shape = resolveShape(graphs.frame.inputs[input]?.shape ?? [], { B: 1, H: height, W: width });
    return { input, zero, shape };
  });
}
