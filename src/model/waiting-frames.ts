import type { DaylitError } from '../core/errors.js';
import type { ColourFrame, Frame } from '../core/frame.js';
import { FairQueue } from './fair-queue.js';
import { refusalOf } from './frame-hand-over.js';
import { interrupted } from './guided-stream.js';

/** An open stream: how many of its frames are inside, and who waits for them to be out. */
export interface Occupied {
  readonly stream: number;
  inside: number;
  whenEmpty?: () => void;
}

/** A frame, and who waits for its colours. */
export interface Waiting<Open extends Occupied> {
  readonly open: Open;
  readonly frame: Frame;
  readonly resolve: (frame: ColourFrame) => void;
  readonly reject: (error: DaylitError) => void;
}

/** Frames on their way to the threads: in order within a stream, streams taking turns. */
export class WaitingFrames<Open extends Occupied> {
  readonly #queue = new FairQueue<Waiting<Open>>();
  readonly #pump: () => void;
  #refusing = false;

  /** @param pump called when there may be one more to send */
  constructor(pump: () => void) {
    this.#pump = pump;
  }

  /** @throws DaylitError INPUT_UNSUPPORTED, INTERRUPTED, and what sending it fails with */
  push(open: Open, frame: Frame): Promise<ColourFrame> {
    if (this.#refusing) return Promise.reject(interrupted(frame));
    const refusal = refusalOf(frame);
    if (refusal !== undefined) return Promise.reject(refusal);
    return new Promise((resolve, reject) => {
      open.inside += 1;
      this.#queue.push(open.stream, { open, frame, resolve, reject });
      this.#pump();
    });
  }

  /** The frame whose turn it is; `left` must be told when it is out. */
  shift(): Waiting<Open> | undefined {
    return this.#queue.shift();
  }

  /** A frame of this stream is out. */
  left(open: Open): void {
    open.inside -= 1;
    if (open.inside === 0) open.whenEmpty?.();
  }

  /** Resolves when no frame of this stream is inside. */
  async empty(open: Open): Promise<void> {
    if (open.inside > 0) await new Promise<void>((resolve) => (open.whenEmpty = resolve));
  }

  /** Takes no more frames and gives back those that wait. */
  refuse(): void {
    this.#refusing = true;
    for (const { open, frame, reject } of this.#queue.drain()) {
      reject(interrupted(frame));
      this.left(open);
    }
  }
}
