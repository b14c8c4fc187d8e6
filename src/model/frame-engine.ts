import { DaylitError } from '../core/errors.js';
import { sameSize, type Size } from '../core/frame.js';
import { FRAME_INPUT, PICTURE_OUTPUT, RESET_INPUT, SMOOTHING_INPUT, type Manifest } from './manifest.js';
import type { FrameSession, TensorData } from './session.js';
import { KeptState } from './kept-state.js';
import type { Runner } from './relay.js';
import { ResidentTokens } from './resident-tokens.js';
import { resolveShape } from './tensor-shape.js';
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
  /** What the graph keeps from frame to frame. */
  readonly state: KeptState;
}

/** Colours the frames of one stream, one after another, with the state handed from frame to frame. */
export class FrameEngine {
  readonly #session: FrameSession;
  readonly #manifest: Manifest;
  readonly #smoothing: TensorData;
  readonly #reset: TensorData = { data: new Float32Array(1), shape: [1] };
  readonly #state = new TemporalState();
  readonly #tokens: ResidentTokens;
  #workspace: Workspace | undefined;

  /** @param smoothing 0 to 1. */
  constructor(session: FrameSession, manifest: Manifest, smoothing: number) {
    this.#session = session;
    this.#manifest = manifest;
    this.#smoothing = { data: Float32Array.of(smoothing), shape: [1] };
    this.#tokens = new ResidentTokens(session);
  }

  /**
   * Colours one frame.
   * @param rgb receives the picture, `width × height × 3` bytes.
   * @param runner where the stream's state is handed from thread to thread; left out: it lies here
   * @throws DaylitError MODEL_FAILED
   */
  async colorize(
    thermal: Uint8Array<ArrayBuffer>,
    rgb: Uint8Array<ArrayBuffer>,
    moment: Moment,
    tokens: Tokens,
    runner?: Runner,
  ): Promise<void> {
    const { size } = moment;
    const current = this.#workspace;
    const fits = current !== undefined && sameSize(current.size, size);
    const space = fits ? current : this.#newWorkspace(size);
    if (!fits) current?.state.dispose();
    this.#workspace = space;
    const { reset, keep } = runner ?? this.#state.next(moment);
    this.#reset.data[0] = reset ? 1 : 0;
    if (reset) space.state.clear();
    const takeOver = (from: Runner): void => {
      from.begin();
      if (reset) space.state.save(from.state);
      else space.state.load(from.state);
    };
    if (space.grey !== undefined) padGray(thermal, size, space.grey, space.padded);

    const { graphs } = this.#manifest;
    const bindings = { B: 1, H: space.padded.height, W: space.padded.width };
    const picture = (name: string, data: Uint8Array<ArrayBuffer>, side: 'inputs' | 'outputs'): TensorData => ({
      data,
      shape: resolveShape(graphs.frame[side][name]?.shape ?? [], bindings),
    });
    try {
      const stayed = await this.#session.run(
        {
          ...(await this.#tokens.of(tokens)),
          ...space.state.past,
          [FRAME_INPUT]: picture(FRAME_INPUT, space.grey ?? thermal, 'inputs'),
          [SMOOTHING_INPUT]: this.#smoothing,
          [RESET_INPUT]: this.#reset,
        },
        { [PICTURE_OUTPUT]: picture(PICTURE_OUTPUT, space.colour ?? rgb, 'outputs'), ...space.state.next },
        runner &&
          (() => {
            takeOver(runner);
          }),
      );
      space.state.ran(stayed, keep);
      if (keep && runner !== undefined) space.state.save(runner.state);
    } catch (cause) {
      throw new DaylitError('MODEL_FAILED', cause instanceof Error ? cause.message : String(cause), { cause });
    }
    if (space.colour !== undefined) cropRgb(space.colour, space.padded, rgb, size);
  }

  /** Lets no colour of the frames before reach those to come. */
  forget(): void {
    this.#state.forget();
  }

  /** Whether every number of the stream's state is finite; a state that is not would spoil all later frames. */
  async stateIsFinite(): Promise<boolean> {
    return (await this.#workspace?.state.isFinite()) ?? true;
  }

  /** Gives the device's memory back; the engine must not be used any more. */
  dispose(): void {
    this.#workspace?.state.dispose();
    this.#tokens.dispose();
  }

  #newWorkspace(size: Size): Workspace {
    const padded = paddedSize(size, this.#manifest.frameMultiple);
    const pixels = padded.width * padded.height;
    return {
      size,
      padded,
      ...(sameSize(size, padded) ? {} : { grey: new Uint8Array(pixels), colour: new Uint8Array(pixels * 3) }),
      state: new KeptState(this.#session, this.#manifest, padded),
    };
  }
}
