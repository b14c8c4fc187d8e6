import type { ColorizerStream } from '../core/contracts.js';
import { DaylitError, type ErrorCode } from '../core/errors.js';
import type { ColourFrame, Frame } from '../core/frame.js';

/** What passes: the model will be back. */
const AWAY: readonly ErrorCode[] = ['WORKER_DIED', 'MODEL_FAILED'];

/**
 * A live stream's colours while the model is away: false colours, marked as such, of the very frame that the model
 * failed. Old colours are never shown again in their place.
 */
export class PaletteMeanwhile implements ColorizerStream {
  readonly #model: ColorizerStream;
  readonly #palette: ColorizerStream;

  constructor(model: ColorizerStream, palette: ColorizerStream) {
    this.#model = model;
    this.#palette = palette;
  }

  async colorize(frame: Frame): Promise<ColourFrame> {
    const memory = { tried: false, released: false };
    // The picture must still be there when the model has failed; until then its memory is not given back.
    const lent = {
      ...frame,
      release: () => {
        memory.released = true;
        if (memory.tried) frame.release();
      },
    };
    try {
      const coloured = await this.#model.colorize(lent);
      memory.tried = true;
      if (memory.released) frame.release();
      return coloured;
    } catch (thrown) {
      if (AWAY.includes(DaylitError.from(thrown).code)) return this.#palette.colorize(frame);
      frame.release();
      throw thrown;
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#model.close(), this.#palette.close()]);
  }
}
