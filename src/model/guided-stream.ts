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

/** A stream's end of the thread that colours it; closing waits for the frames that are inside. */
export interface StreamEnds {
  /** How many frames are worked on at a time at most; left out: one after another. */
  readonly atOnce?: number;
  readonly colorize: (frame: Frame) => Promise<ColourFrame>;
  readonly usePhotos: (photos: readonly KeyedTokens[]) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Photos → their encodings. */
type Encode = (references: readonly Reference[]) => Promise<readonly KeyedTokens[]>;

/** One stream: changes of its photos happen one after another, and closing it waits for its frames. */
export class GuidedStream implements OnnxStream {
  readonly ready: Promise<void>;
  readonly atOnce?: number;
  readonly #ends: StreamEnds;
  readonly #encode: Encode;
  /** Frames that wait for the photos. */
  readonly #early = new Set<Promise<unknown>>();
  #isReady: boolean;
  #lastChange: Promise<void>;
  #closed = false;

  /** @param references photos of its own from the start; left out: those that all such streams share */
  constructor(ends: StreamEnds, encode: Encode, references?: readonly Reference[]) {
    this.#ends = ends;
    if (ends.atOnce !== undefined) this.atOnce = ends.atOnce;
    this.#encode = encode;
    this.#isReady = references === undefined;
    this.ready = references === undefined ? Promise.resolve() : this.#begin(references);
    this.#lastChange = this.ready.catch(() => undefined);
  }

  colorize(frame: Frame): Promise<ColourFrame> {
    if (this.#closed) return Promise.reject(interrupted(frame));
    if (this.#isReady && this.#early.size === 0) return this.#ends.colorize(frame);
    const result = this.#colouredLater(frame);
    this.#early.add(result);
    const done = (): void => void this.#early.delete(result);
    result.then(done, done);
    return result;
  }

  useReferences(references: readonly Reference[]): Promise<void> {
    const change = this.#lastChange.then(async () => {
      await this.#ends.usePhotos(await this.#encode(references));
    });
    this.#lastChange = change.catch(() => undefined);
    return change;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#early);
    await this.#lastChange;
    await this.#ends.close();
  }

  async #begin(references: readonly Reference[]): Promise<void> {
    await this.#ends.usePhotos(await this.#encode(references));
    this.#isReady = true;
  }

  async #colouredLater(frame: Frame): Promise<ColourFrame> {
    try {
      await this.ready;
    } catch (thrown) {
      frame.release();
      throw thrown;
    }
    return this.#ends.colorize(frame);
  }
}

/** Gives the frame's memory back. @returns what to reject with */
export function interrupted(frame: Frame): DaylitError {
  frame.release();
  return new DaylitError('INTERRUPTED', 'the colorizer is closed');
}
