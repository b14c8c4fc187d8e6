import type { ColourFrame, Frame } from '../core/frame.js';
import type { StreamEnds } from './guided-stream.js';
import type { StreamDispatcher } from './stream-dispatcher.js';
import type { KeyedTokens } from './tokens.js';

/** One stream's place at a thread, which it can change between two frames. */
export class Seat implements StreamEnds {
  readonly #smoothing: number;
  #at: StreamDispatcher;
  #ends: StreamEnds;
  #photos: readonly KeyedTokens[] | undefined;

  constructor(at: StreamDispatcher, smoothing: number) {
    this.#at = at;
    this.#smoothing = smoothing;
    this.#ends = at.stream(smoothing);
  }

  /** The thread whose turns it takes. */
  get at(): StreamDispatcher {
    return this.#at;
  }

  readonly colorize = (frame: Frame): Promise<ColourFrame> => this.#ends.colorize(frame);

  readonly usePhotos = async (photos: readonly KeyedTokens[]): Promise<void> => {
    const before = this.#photos;
    // Known before the thread has answered: the stream may change its place meanwhile.
    this.#photos = photos;
    try {
      await this.#ends.usePhotos(photos);
    } catch (thrown) {
      this.#photos = before;
      throw thrown;
    }
  };

  readonly close = (): Promise<void> => this.#ends.close();

  /**
   * Frames to come are coloured there, those inside where they are. The colours that smoothing holds stay behind: once,
   * a frame is coloured by itself.
   */
  moveTo(at: StreamDispatcher): void {
    const before = this.#ends;
    this.#at = at;
    this.#ends = at.stream(this.#smoothing);
    // Goes out before any frame does. Should it fail, the thread has died, and knows it at its rebirth.
    if (this.#photos !== undefined) this.#ends.usePhotos(this.#photos).catch(() => undefined);
    void before.close();
  }
}
