import { BufferPool } from './core/buffer-pool.js';
import type { Colorizer } from './core/contracts.js';
import { DaylitError } from './core/errors.js';
import { createColorizer, type OnnxColorizer } from './model/colorizer.js';
import { referenceFrom } from './reference.js';
import type { ModelChoice } from './shared-colorizers.js';

/** Models that are kept open while no job uses them; each holds weights and threads. */
const MOST_KEPT = 2;
/** Spare pictures of a colorizer: as many as a recording's pipeline holds at a time, of each kind. */
const SPARE_PICTURES = 24;

/** Exit statuses of errors of the model's family, and of daylit's own faults. */
const OF_THE_MODEL: ReadonlySet<number> = new Set([7, 70]);

interface Kept {
  readonly colorizer: Promise<OnnxColorizer>;
  users: number;
}

/**
 * Colorizers that outlast their jobs: opening a model takes longer than colouring a short clip. The ones used last are
 * kept; one that failed is not.
 */
export class KeptColorizers {
  /** The one used last comes last. */
  readonly #kept = new Map<string, Kept>();

  /** @param create tests pass their own */
  constructor(private readonly create = createColorizer) {}

  /**
   * Does a job with the colorizer of a choice, coloured after the job's own photos.
   * @param model names the weights: what lies in a folder may change, and is another model then
   * @throws DaylitError as createColorizer, and what `work` rejects with
   */
  async use<T>(
    model: string,
    choice: ModelChoice,
    references: readonly string[],
    work: (colorizer: Colorizer) => Promise<T>,
  ): Promise<T> {
    const { modelFolder, device, precision, threads } = choice;
    const key = JSON.stringify([model, modelFolder, device, precision, threads]);
    const kept = this.#kept.get(key) ?? this.#open(choice);
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    kept.users += 1;
    try {
      const colorizer = await kept.colorizer;
      const photos = references.map(referenceFrom);
      return await work({
        stream: (options) => colorizer.stream({ ...options, references: photos }),
        close: () => Promise.resolve(),
      });
    } catch (thrown) {
      const { exitStatus } = DaylitError.from(thrown);
      // The next job had better begin with one that nothing has happened to.
      if (OF_THE_MODEL.has(exitStatus) && this.#kept.get(key) === kept) this.#kept.delete(key);
      throw thrown;
    } finally {
      kept.users -= 1;
      await this.#closeUnused(kept);
    }
  }

  /** Closes those that no job uses; the others close after their job. */
  async close(): Promise<void> {
    const all = [...this.#kept.values()];
    this.#kept.clear();
    await Promise.all(all.map((kept) => this.#closeUnused(kept)));
  }

  #open(choice: ModelChoice): Kept {
    const options = { ...choice, ahead: true, pool: new BufferPool(SPARE_PICTURES) };
    return { colorizer: this.create(options), users: 0 };
  }

  /** Closes those used longest ago where there are too many, and this one if it is no longer kept. */
  async #closeUnused(kept: Kept): Promise<void> {
    const idle = [...this.#kept].filter(([, { users }]) => users === 0);
    const tooMany = idle.slice(0, Math.max(0, this.#kept.size - MOST_KEPT));
    for (const [key] of tooMany) this.#kept.delete(key);
    const over = new Set(tooMany.map(([, each]) => each));
    if (kept.users === 0 && ![...this.#kept.values()].includes(kept)) over.add(kept);
    // What failed to open needs no closing, and was told to its job.
    const closing = [...over].map(({ colorizer }) => colorizer.then((opened) => opened.close()).catch(() => undefined));
    await Promise.all(closing);
  }
}
