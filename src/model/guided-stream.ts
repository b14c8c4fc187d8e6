import type { ColorizerStream } from '../core/contracts.js';
import { DaylitError } from '../core/errors.js';
import type { ColourFrame, Frame } from '../core/frame.js';
import type { Reference } from './reference-photo.js';
import type { KeyedTokens } from './tokens.js';

/** A stream of the network's colours, with daylight photos of its own if it wants them. */
export interface OnnxStream extends ColorizerStream {
  /**
   * Settles when the photos that the stream was opened with are in use; frames wait for it.
   * @throws DaylitError REFERENCE_UNREADABLE, MODEL_FAILED, WORKER_DIED; then so does every frame.
   */
  readonly ready: Promise<void>;
  /**
   * Sets what this stream alone is coloured after, from its next frame on; the others go on as they are. Encodings that
   * are known already cost nothing. None: the model's learned colours.
   * @throws DaylitError as `ready`; then the photos before stay.
   */
  useReferences(references: readonly Reference[]): Promise<void>;
}

/** A stream's end of the thread that colours it. */
export interface StreamEnds {
  readonly colorize: (frame: Frame) => Promise<ColourFrame>;
  readonly usePhotos: (photos: readonly KeyedTokens[]) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Photos → their encodings. */
type Encode = (references: readonly Reference[]) => Promise<readonly KeyedTokens[]>;

/** One stream: changes of its photos happen one after another, and closing it waits for its frames. */
export class GuidedStream implements OnnxStream {
  readonly ready: Promise<void>;
  readonly #encode: Encode;
  readonly #underWay = new Set<Promise<unknown>>();
  #ends: StreamEnds | undefined;
  #isReady = false;
  #lastChange: Promise<void>;
  #closed = false;

  /**
   * @param ends of a thread that runs, or that is being begun
   * @param references photos of its own from the start; left out: those that all such streams share
   */
  constructor(ends: StreamEnds | Promise<StreamEnds>, encode: Encode, references?: readonly Reference[]) {
    this.#encode = encode;
    if (!(ends instanceof Promise) && references === undefined) {
      this.#ends = ends;
      this.#isReady = true;
      this.ready = Promise.resolve();
    } else this.ready = this.#begin(ends, references);
    this.#lastChange = this.ready.catch(() => undefined);
  }

  colorize(frame: Frame): Promise<ColourFrame> {
    const result = this.#closed ? Promise.reject(interrupted(frame)) : this.#coloured(frame);
    this.#underWay.add(result);
    const done = (): void => void this.#underWay.delete(result);
    result.then(done, done);
    return result;
  }

  useReferences(references: readonly Reference[]): Promise<void> {
    const change = this.#lastChange.then(async () => {
      await this.#ends?.usePhotos(await this.#encode(references));
    });
    this.#lastChange = change.catch(() => undefined);
    return change;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#underWay);
    await this.#lastChange;
    await this.#ends?.close();
    this.#ends = undefined;
  }

  async #begin(opening: StreamEnds | Promise<StreamEnds>, references?: readonly Reference[]): Promise<void> {
    const [ends, photos] = await Promise.all([
      Promise.resolve(opening).then((opened) => (this.#ends = opened)),
      references === undefined ? undefined : this.#encode(references),
    ]);
    if (photos !== undefined) await ends.usePhotos(photos);
    this.#isReady = true;
  }

  #coloured(frame: Frame): Promise<ColourFrame> {
    return this.#isReady && this.#ends !== undefined ? this.#ends.colorize(frame) : this.#colouredLater(frame);
  }

  async #colouredLater(frame: Frame): Promise<ColourFrame> {
    try {
      await this.ready;
    } catch (thrown) {
      frame.release();
      throw thrown;
    }
    return this.#ends === undefined ? Promise.reject(interrupted(frame)) : this.#ends.colorize(frame);
  }
}

/** Gives the frame's memory back. @returns what to reject with */
export function interrupted(frame: Frame): DaylitError {
  frame.release();
  return new DaylitError('INTERRUPTED', 'the colorizer is closed');
}
