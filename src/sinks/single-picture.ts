import { writeFile } from 'node:fs/promises';
import type { Sink, SinkReport } from '../core/contracts.js';
import { DaylitError } from '../core/errors.js';
import type { ColourFrame } from '../core/frame.js';
import { outputError } from './file-errors.js';
import { syntheticNote } from './output-arguments.js';
import { beginPartialFile, type PartialFile } from './partial-file.js';
import { encodePicture } from './picture-encoder.js';
import { pictureFormatOf } from './picture-names.js';

/** A picture file for a source of one frame. A second frame is refused with OUTPUT_UNSUPPORTED. */
export class SinglePictureSink implements Sink {
  #frames = 0;

  private constructor(
    readonly target: string,
    private readonly file: PartialFile,
  ) {}

  /** Throws OUTPUT_EXISTS or OUTPUT_UNWRITABLE before any work is done. */
  static async open(target: string, options: { readonly overwrite: boolean }): Promise<SinglePictureSink> {
    return new SinglePictureSink(target, await beginPartialFile(target, options));
  }

  async write({ pixels, size, marks }: ColourFrame): Promise<void> {
    if (this.#frames > 0) throw manyFrames(this.target);
    this.#frames = 1;
    const bytes = await encodePicture(pixels, size, pictureFormatOf(this.target) ?? 'png', syntheticNote(marks));
    await writeFile(this.file.path, bytes).catch((thrown: unknown) => {
      throw outputError(thrown, this.target);
    });
  }

  async finish(): Promise<SinkReport> {
    try {
      if (this.#frames === 0) throw new DaylitError('INPUT_EMPTY', this.target);
      return { target: this.target, frames: 1, bytes: await this.file.finish() };
    } catch (thrown) {
      await this.discard();
      throw thrown;
    }
  }

  discard(): Promise<void> {
    return this.file.discard();
  }
}

/** The error of a picture file that was asked to hold more than one frame. */
export function manyFrames(target: string): DaylitError {
  return new DaylitError('OUTPUT_UNSUPPORTED', `${target} holds one picture, the input has more frames`, {
    hint: 'Write to a folder (out/), to numbered pictures (out/%05d.png) or to a video.',
  });
}
