import type { ColorizerStream } from '../core/contracts.js';
import type { ColourFrame, Frame } from '../core/frame.js';

/** A stream of colours that goes on by another one from a frame to the next, without its user being told. */
export class SwitchedStream implements ColorizerStream {
  #stream: ColorizerStream;

  constructor(first: ColorizerStream) {
    this.#stream = first;
  }

  colorize(frame: Frame): Promise<ColourFrame> {
    return this.#stream.colorize(frame);
  }

  /** Frames to come are coloured by this one; resolves when the one before has done its last and is closed. */
  async switchTo(next: ColorizerStream): Promise<void> {
    const before = this.#stream;
    this.#stream = next;
    await before.close();
  }

  close(): Promise<void> {
    return this.#stream.close();
  }
}
