import { BufferPool } from './core/buffer-pool.js';
import { silent, type Notify } from './core/notices.js';
import { present } from './core/present.js';
import { createColorizer, type ColorizerOptions, type OnnxColorizer } from './model/colorizer.js';

/** Spare pictures of a shared colorizer: what a dozen cameras have on their way at once. */
const SPARE_PICTURES = 64;

/** What must agree for two cameras to be coloured by one set of weights. */
export type ModelChoice = Pick<ColorizerOptions, 'modelFolder' | 'device' | 'precision' | 'threads'>;

/** A colorizer that others use too. */
export interface SharedColorizer {
  readonly colorizer: OnnxColorizer;
  /** To be called once, after one's streams are closed; the last user's call closes the colorizer. */
  readonly giveBack: () => Promise<void>;
}

interface Shared {
  readonly colorizer: Promise<OnnxColorizer>;
  users: number;
}

/**
 * One colorizer, so one thread and one set of weights, for all cameras that choose the same model, device, precision
 * and threads. Photos belong to their streams.
 */
export class SharedColorizers {
  readonly #create: typeof createColorizer;
  readonly #shared = new Map<string, Shared>();

  /** @param create tests pass their own */
  constructor(create = createColorizer) {
    this.#create = create;
  }

  /** The colorizer of this choice; the first who asks is told what was chosen. @throws DaylitError as createColorizer */
  async take(choice: ModelChoice, notify: Notify = silent): Promise<SharedColorizer> {
    const { modelFolder, device, precision, threads } = choice;
    const key = JSON.stringify([modelFolder, device, precision, threads]);
    const shared = this.#shared.get(key) ?? this.#open(key, choice, notify);
    shared.users += 1;
    const giveBack = async (): Promise<void> => {
      shared.users -= 1;
      if (shared.users > 0) return;
      // Whoever asks from now on gets one that is not about to close.
      this.#shared.delete(key);
      await shared.colorizer.then((colorizer) => colorizer.close());
    };
    return { colorizer: await shared.colorizer, giveBack };
  }

  #open(key: string, choice: ModelChoice, notify: Notify): Shared {
    const options = { ...present(choice), notify, pool: new BufferPool(SPARE_PICTURES) };
    const shared: Shared = { colorizer: this.#create(options), users: 0 };
    // A failure is not remembered: a device or a file may be there the next time.
    shared.colorizer.catch(() => this.#shared.delete(key));
    this.#shared.set(key, shared);
    return shared;
  }
}
