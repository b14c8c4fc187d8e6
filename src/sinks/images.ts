import { dirname, join } from 'node:path';
import { BufferPool } from '../core/buffer-pool.js';
import type { Sink, SinkReport } from '../core/contracts.js';
import { DaylitError } from '../core/errors.js';
import type { ColourFrame } from '../core/frame.js';
import { outputError } from './file-errors.js';
import { openOutputFolder, type OutputFolder } from './output-folder.js';
import { syntheticNote } from './output-arguments.js';
import { refuseExisting, removeStalePartials, writeInPlace } from './partial-file.js';
import { encodePicture } from './picture-encoder.js';
import { numberedPath, pictureFormatOf, pictureNameFor } from './picture-names.js';

/** Pictures being coded at once: one for each of two cores, more would only hold memory. */
const IN_FLIGHT = 2;

interface ImagesOptions {
  readonly overwrite: boolean;
}

/**
 * One picture for each frame: in a folder under the names of the stills they came from, or numbered by a pattern.
 *
 * Each picture is written beside and renamed, so there is never half of one. Pictures that are finished stay when the
 * job is discarded: each is whole, and an interrupted run over thousands of stills keeps what it has done. `finish`
 * reports how many there are.
 *
 * `write` rejects with OUTPUT_CONFLICT where two frames ask for one name, OUTPUT_EXISTS, OUTPUT_FULL or
 * OUTPUT_UNWRITABLE; a picture that failed after its `write` had resolved is reported by the next call.
 */
export class ImagesSink implements Sink {
  readonly #inFlight = new Set<Promise<void>>();
  readonly #taken = new Set<string>();
  /** Memory in which pictures wait for their encoder. */
  readonly #pool = new BufferPool(IN_FLIGHT);
  #failure: DaylitError | undefined;
  #stopped = false;

  private constructor(
    readonly target: string,
    private readonly pathOf: (frame: ColourFrame) => string,
    private readonly folder: OutputFolder,
    private readonly options: ImagesOptions,
  ) {}

  /** Pictures of the stills' own names in `target`, a folder that is made if missing. */
  static async inFolder(target: string, options: ImagesOptions): Promise<ImagesSink> {
    const folder = await prepared(target);
    return new ImagesSink(target, (frame) => join(target, pictureNameFor(frame)), folder, options);
  }

  /** Pictures numbered from 1 by a pattern such as `out/%05d.png`. */
  static async byPattern(target: string, options: ImagesOptions): Promise<ImagesSink> {
    const folder = await prepared(dirname(target));
    return new ImagesSink(target, (frame) => numberedPath(target, frame.sequence + 1), folder, options);
  }

  async write(frame: ColourFrame): Promise<void> {
    const path = this.pathOf(frame);
    if (this.#taken.has(path)) throw new DaylitError('OUTPUT_CONFLICT', `two pictures would be named ${path}`);
    this.#taken.add(path);
    while (this.#inFlight.size >= IN_FLIGHT) await Promise.race(this.#inFlight);
    this.#check();
    const pixels = this.#pool.take(frame.pixels.byteLength);
    pixels.set(frame.pixels);
    const job = this.#save(path, { ...frame, pixels }).catch((thrown: unknown) => {
      this.#failure ??= outputError(thrown, path);
    });
    const tracked = job.finally(() => {
      this.#pool.give(pixels);
      this.#inFlight.delete(tracked);
    });
    this.#inFlight.add(tracked);
  }

  async finish(): Promise<SinkReport> {
    await Promise.all(this.#inFlight);
    this.#check();
    return { target: this.target, frames: this.#taken.size };
  }

  async discard(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#inFlight);
    await this.folder.removeIfMade();
  }

  #check(): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#stopped) throw new DaylitError('INTERRUPTED', this.target);
  }

  async #save(path: string, { pixels, size, marks }: ColourFrame): Promise<void> {
    const { overwrite } = this.options;
    if (!overwrite) await refuseExisting(path);
    const bytes = await encodePicture(pixels, size, pictureFormatOf(path) ?? 'png', syntheticNote(marks));
    if (!this.#stopped) await writeInPlace(path, bytes, overwrite);
  }
}

async function prepared(path: string): Promise<OutputFolder> {
  const folder = await openOutputFolder(path);
  await removeStalePartials(path).catch((thrown: unknown) => {
    throw outputError(thrown, path);
  });
  return folder;
}
