import { DaylitError } from '../core/errors.js';
import { sameSize, type Size } from '../core/frame.js';
import { FRAME_INPUT, PICTURE_OUTPUT, RESET_INPUT, SMOOTHING_INPUT, type Manifest } from './manifest.js';
import type { GraphSession, TensorData } from './session.js';
import { elementsOf, resolveShape } from './tensor-shape.js';
import { cropRgb, padGray, paddedSize } from './tensors.js';
import { TemporalState, type Moment } from './temporal-state.js';
import type { Tokens } from './tokens.js';

/** Memory of one stream for frames of one size; made once, then reused for every frame. */
interface Workspace {
  readonly size: Size;
  readonly padded: Size;
  /** Padded picture in and out; absent where the frame's own size fits the graph. */
  readonly grey?: Uint8Array<ArrayBuffer>;
  readonly colour?: Uint8Array<ArrayBuffer>;
  /** State by input name, and where the graph writes the next; they change places after each kept frame. */
  past: Readonly<Record<string, TensorData>>;
  next: Readonly<Record<string, TensorData>>;
}

/** Colours the frames of one stream, one after another, with the state handed from frame to frame. */
export class FrameEngine {
  readonly #session: GraphSession;
  readonly #manifest: Manifest;
  readonly #smoothing: TensorData;
  readonly #reset: TensorData = { data: new Float32Array(1), shape: [1] };
  readonly #state = new TemporalState();
  #workspace: Workspace | undefined;

  /** @param smoothing 0 to 1. */
  constructor(session: GraphSession, manifest: Manifest, smoothing: number) {
    this.#session = session;
    this.#manifest = manifest;
    this.#smoothing = { data: Float32Array.of(smoothing), shape: [1] };
  }

  /**
   * Colours one frame.
   * @param rgb receives the picture, `width × height × 3` bytes.
   * @throws DaylitError MODEL_FAILED
   */
  async colorize(
    thermal: Uint8Array<ArrayBuffer>,
    rgb: Uint8Array<ArrayBuffer>,
    moment: Moment,
    tokens: Tokens,
  ): Promise<void> {
    const { size } = moment;
    const current = this.#workspace;
    const space = current !== undefined && sameSize(current.size, size) ? current : this.#newWorkspace(size);
    this.#workspace = space;
    const { reset, keep } = this.#state.next(moment);
    this.#reset.data[0] = reset ? 1 : 0;
    if (reset) this.#clear(space);
    if (space.grey !== undefined) padGray(thermal, size, space.grey, space.padded);

    const { graphs, state } = this.#manifest;
    const bindings = { B: 1, H: space.padded.height, W: space.padded.width };
    const picture = (name: string, data: Uint8Array<ArrayBuffer>, side: 'inputs' | 'outputs'): TensorData => ({
      data,
      shape: resolveShape(graphs.frame[side][name]?.shape ?? [], bindings),
    });
    try {
      await this.#session.run(
        {
          ...tokens,
          ...space.past,
          [FRAME_INPUT]: picture(FRAME_INPUT, space.grey ?? thermal, 'inputs'),
          [SMOOTHING_INPUT]: this.#smoothing,
          [RESET_INPUT]: this.#reset,
        },
        {
          [PICTURE_OUTPUT]: picture(PICTURE_OUTPUT, space.colour ?? rgb, 'outputs'),
          ...Object.fromEntries(
            state.flatMap(({ input, output }) => {
              const tensor = space.next[input];
              return tensor === undefined ? [] : [[output, tensor]];
            }),
          ),
        },
      );
    } catch (cause) {
      throw new DaylitError('MODEL_FAILED', cause instanceof Error ? cause.message : String(cause), { cause });
    }
    if (space.colour !== undefined) cropRgb(space.colour, space.padded, rgb, size);
    if (keep) [space.past, space.next] = [space.next, space.past];
  }

  /** Lets no colour of the frames before reach those to come. */
  forget(): void {
    this.#state.forget();
  }

  /** Whether every number of the stream's state is finite; a state that is not would spoil all later frames. */
  stateIsFinite(): boolean {
    return Object.values(this.#workspace?.past ?? {}).every(({ data }) =>
      data.every((value) => Number.isFinite(value)),
    );
  }

  /** Makes the state as it is before the first frame: nought times a number that is not finite would live on. */
  #clear(space: Workspace): void {
    for (const { input, zero } of this.#manifest.state) space.past[input]?.data.fill(zero);
  }

  #newWorkspace(size: Size): Workspace {
    const { frameMultiple, graphs, state } = this.#manifest;
    const padded = paddedSize(size, frameMultiple);
    const zeros = (): Readonly<Record<string, TensorData>> =>
      Object.fromEntries(
        state.map(({ input }) => {
          const shape = resolveShape(graphs.frame.inputs[input]?.shape ?? [], {
            B: 1,
            H: padded.height,
            W: padded.width,
          });
          return [input, { data: new Float32Array(elementsOf(shape)), shape }];
        }),
      );
    const pixels = padded.width * padded.height;
    return {
      size,
      padded,
      ...(sameSize(size, padded) ? {} : { grey: new Uint8Array(pixels), colour: new Uint8Array(pixels * 3) }),
      past: zeros(),
      next: zeros(),
    };
  }
}
