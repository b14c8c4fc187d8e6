import { BufferPool } from './core/buffer-pool.js';
import type { Colorizer, ColorizerStream } from './core/contracts.js';
import type { Notify } from './core/notices.js';
import { present } from './core/present.js';
import type { StreamOptions } from './config.js';
import { SMOOTHING } from './create-daylit.js';
import type { OnnxStream } from './model/guided-stream.js';
import type { Reference } from './model/reference-photo.js';
import { createPaletteColorizer } from './pipeline/palette-colorizer.js';
import { SharedColorizers, type SharedColorizer } from './shared-colorizers.js';
import type { PaletteName } from './thermal/palettes.js';

/** Every camera of a process looks here, unless told otherwise. */
const OF_THIS_PROCESS = new SharedColorizers();

/** What can be changed of a camera's colours while it runs. */
export interface ColourSettings {
  /** From 0 (each frame by itself) to 1 (colours held wherever the thermal picture stands still). */
  readonly smoothing: number;
  /** False colours instead of the model's; null: the model's. */
  readonly palette: PaletteName | null;
}

type Options = Pick<StreamOptions, 'palette' | 'model' | 'threads' | 'device' | 'precision' | 'smoothing'>;

/** A stream of the model's colours, as it is set now. */
interface ModelStream extends SharedColorizer {
  readonly stream: OnnxStream;
  readonly smoothing: number;
}

/** Resolves when the photos are encoded. @throws DaylitError as createColorizer */
export async function openCameraColours(
  options: Options,
  references: readonly Reference[],
  notify: Notify,
  colorizers = OF_THIS_PROCESS,
): Promise<CameraColours> {
  const colours = new CameraColours(options, references, notify, colorizers);
  await colours.adjust({});
  return colours;
}

/**
 * What colours one camera: its own stream of a shared colorizer, or a palette, from frame to frame as it is set. The
 * model is loaded when it is first needed. Changes happen one after another, each whole or not at all.
 */
export class CameraColours implements Colorizer {
  readonly #options: Options;
  readonly #notify: Notify;
  readonly #colorizers: SharedColorizers;
  #settings: ColourSettings;
  #references: readonly Reference[];
  #model: ModelStream | undefined;
  #painter: ColorizerStream | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: Options, references: readonly Reference[], notify: Notify, colorizers: SharedColorizers) {
    const { smoothing = SMOOTHING, palette = null } = options;
    this.#options = options;
    this.#settings = { smoothing, palette };
    this.#references = references;
    this.#notify = notify;
    this.#colorizers = colorizers;
  }

  /** What runs the model, or the palette. */
  get provider(): string {
    return this.#settings.palette ?? this.#model?.colorizer.info.provider ?? 'none';
  }

  get settings(): ColourSettings {
    return this.#settings;
  }

  /**
   * Colours the frames to come in another way; no frame is lost over it.
   * @throws DaylitError as createColorizer where the model is needed; then nothing has changed
   */
  adjust(changes: Partial<ColourSettings>): Promise<void> {
    return this.#inTurn(async () => {
      const settings = { ...this.#settings, ...changes };
      const { palette, smoothing } = settings;
      if (palette === null && this.#model?.smoothing !== smoothing) await this.#openModel(smoothing);
      this.#painter =
        palette === null ? undefined : createPaletteColorizer(palette, new BufferPool(16)).stream(settings);
      this.#settings = settings;
    });
  }

  /** Changes the photos of this camera, of no other. @throws DaylitError as createColorizer; then those before stay */
  useReferences(references: readonly Reference[]): Promise<void> {
    return this.#inTurn(async () => {
      await this.#model?.stream.useReferences(references);
      this.#references = references;
    });
  }

  /** Can be opened once; photos can be changed as long as the camera is there, also when its pictures have ended. */
  stream(): ColorizerStream {
    return {
      colorize: (frame) => {
        const stream = this.#painter ?? this.#model?.stream;
        if (stream === undefined) throw new Error('the colours are not open');
        return stream.colorize(frame);
      },
      close: () => Promise.resolve(),
    };
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#model?.stream.close();
    await this.#model?.giveBack();
  }

  /** The new stream takes over when its photos are in; the old one does its last frames and closes. */
  async #openModel(smoothing: number): Promise<void> {
    const before = this.#model;
    const shared = before ?? (await this.#take());
    const stream = shared.colorizer.stream({ smoothing, references: this.#references });
    try {
      await stream.ready;
    } catch (thrown) {
      await stream.close();
      if (before === undefined) await shared.giveBack();
      throw thrown;
    }
    this.#model = { colorizer: shared.colorizer, giveBack: () => shared.giveBack(), stream, smoothing };
    await before?.stream.close();
  }

  #take(): Promise<SharedColorizer> {
    const { device, precision, model, threads } = this.#options;
    return this.#colorizers.take({ device, precision, ...present({ modelFolder: model, threads }) }, this.#notify);
  }

  #inTurn(change: () => Promise<void>): Promise<void> {
    const turn = this.#last.then(change);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}
