import type { ColorizerStream } from '../core/contracts.js';
import { DaylitError } from '../core/errors.js';
import type { ColourFrame, Frame } from '../core/frame.js';
import type { Reference } from './reference-photo.js';

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

/** What a stream needs of the colorizer it belongs to. */
export interface StreamEnds {
  readonly colorize: (frame: Frame) => Promise<ColourFrame>;
  readonly useReferences: (references: readonly Reference[]) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** One stream: changes of its photos happen one after another, and closing it waits for its frames. */
export class GuidedStream implements OnnxStream {
  readonly ready: Promise<void>;
  readonly #ends: StreamEnds;
  readonly #underWay = new Set<Promise<unknown>>();
  #photosAreIn: boolean;
  #lastChange: Promise<void>;
  #closed = false;

  /** @param references photos of its own from the start; left out: those that all such streams share */
  constructor(ends: StreamEnds, references?: readonly Reference[]) {
    this.#ends = ends;
    this.ready = references === undefined ? Promise.resolve() : ends.useReferences(references);
    this.#photosAreIn = references === undefined;
    this.ready.then(
      () => (this.#photosAreIn = true),
      () => undefined,
    );
    this.#lastChange = this.ready.catch(() => undefined);
  }

  colorize(frame: Frame): Promise<ColourFrame> {
    const result = this.#closed ? Promise.reject(interrupted(frame)) : this.#colorize(frame);
    this.#underWay.add(result);
    const done = (): void => void this.#underWay.delete(result);
    result.then(done, done);
    return result;
  }

  useReferences(references: readonly Reference[]): Promise<void> {
    const change = this.#lastChange.then(() => this.#ends.useReferences(references));
    this.#lastChange = change.catch(() => undefined);
    return change;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#underWay);
    await this.#lastChange;
    await this.#ends.close();
  }

  async #colorize(frame: Frame): Promise<ColourFrame> {
    if (!this.#photosAreIn) {
      await this.ready.catch((thrown: unknown) => {
        frame.release();
        throw thrown;
      });
    }
    return this.#ends.colorize(frame);
  }
}

/** Gives the frame's memory back. @returns what to reject with */
export function interrupted(frame: Frame): DaylitError {
  frame.release();
  return new DaylitError('INTERRUPTED', 'the colorizer is closed');
}
