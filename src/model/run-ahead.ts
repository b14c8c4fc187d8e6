import { DaylitError } from '../core/errors.js';
import { byteLengthOf, sameSize, type ColourFrame, type Frame, type Size } from '../core/frame.js';
import { CommonPhotos } from './common-photos.js';
import { coloured, momentOf } from './frame-hand-over.js';
import type { StreamEnds } from './guided-stream.js';
import type { LanesOptions, LaneThread } from './lanes.js';
import { Relay, type Leg } from './relay.js';
import { IN_THREAD } from './stream-dispatcher.js';
import { TemporalState, type Moment } from './temporal-state.js';
import type { KeyedTokens } from './tokens.js';
import { WaitingFrames, type Occupied, type Waiting } from './waiting-frames.js';

export interface RunAheadOptions extends LanesOptions {
  /** How many numbers the state of a stream has, for frames of a size. */
  readonly stateLength: (size: Size) => number;
}

/** Memory that a frame's two pictures lie in while a thread works on it, the thermal one first. */
type Slot = Uint8Array<SharedArrayBuffer>;

/** A thread and how many frames are in it. */
interface Place {
  readonly index: number;
  readonly thread: LaneThread;
  inside: number;
}

/** An open stream. */
interface Open extends Occupied {
  readonly smoothing: number;
  readonly state: TemporalState;
  /** Of its own; undefined: it follows the common ones. */
  photos?: readonly KeyedTokens[];
  /** What its last frame was coloured after. */
  guide?: string;
  /** Where its state is handed on, for frames of one size. */
  relay?: { readonly of: Relay; readonly size: Size };
}

/**
 * The inference threads of a colorizer for recordings: each frame goes to the thread that has least to do, whichever
 * stream it is of, so that one recording keeps all cores busy. What needs the frames before is done in their order (see
 * Relay). Results do not depend on the number of threads. Further threads are begun at once, and take part as they come.
 */
export class RunAhead {
  /** Settles when all threads are there, or one could not be begun. */
  readonly complete: Promise<void>;
  readonly #options: RunAheadOptions;
  readonly #places: Place[];
  readonly #opened = new Map<number, Open>();
  readonly #waiting = new WaitingFrames<Open>(() => {
    this.#pump();
  });
  readonly #common = new CommonPhotos();
  /** Those that no frame lies in: at most as many as there may be frames in the threads at once. */
  readonly #slots: Slot[] = [];
  #streams = 0;
  #closing = false;

  /** @param first a thread whose graph is loaded */
  constructor(first: LaneThread, options: RunAheadOptions) {
    this.#options = options;
    this.#places = [{ index: 0, thread: first, inside: 0 }];
    this.complete = this.#beginOthers();
  }

  /** A new stream's end. @param smoothing 0 to 1 */
  stream(smoothing: number): StreamEnds {
    this.#streams += 1;
    const stream = this.#streams;
    const open: Open = { stream, smoothing, state: new TemporalState(), inside: 0 };
    this.#opened.set(stream, open);
    // Should this fail, so do the frames, which have someone waiting for them.
    for (const { thread } of this.#places) thread.call('open', { stream, smoothing }).catch(() => undefined);
    return {
      atOnce: IN_THREAD * this.#options.most,
      colorize: (frame) => this.#waiting.push(open, frame),
      usePhotos: async (photos) => {
        const before = open.photos;
        open.photos = photos;
        try {
          await Promise.all(this.#places.map(({ thread }) => thread.call('references', { stream, photos })));
        } catch (thrown) {
          if (before === undefined) delete open.photos;
          else open.photos = before;
          throw thrown;
        }
      },
      close: async () => {
        await this.#waiting.empty(open);
        this.#opened.delete(stream);
        const closed = this.#places.map(({ thread }) => thread.call('close', { stream }));
        await Promise.allSettled(closed);
      },
    };
  }

  /** Sets the photos of all streams that have none of their own, also of those to come. */
  async useCommon(photos: readonly KeyedTokens[]): Promise<void> {
    await this.#common.use(
      photos,
      this.#places.map(({ thread }) => thread),
    );
  }

  /** What is in the threads comes out, what waits is refused; then the threads end. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#waiting.refuse();
    await this.complete;
    await Promise.all(this.#places.map(({ thread }) => thread.close()));
  }

  #pump(): void {
    for (;;) {
      const place = this.#places.reduce((least, other) => (other.inside < least.inside ? other : least));
      if (place.inside >= IN_THREAD) return;
      const next = this.#waiting.shift();
      if (next === undefined) return;
      place.inside += 1;
      void this.#send(next, place);
    }
  }

  /** Hands one frame over and settles whoever waits for it; then the next may go. Never rejects. */
  async #send({ open, frame, resolve, reject }: Waiting<Open>, place: Place): Promise<void> {
    const moment = momentOf(frame);
    const { relay, leg } = this.#legOf(open, moment);
    const [grey, bytes] = [frame.pixels.length, byteLengthOf('rgb24', frame.size)];
    const slot = this.#slotOf(grey + bytes);
    slot.set(frame.pixels);
    const job = { stream: open.stream, moment, leg, thermal: slot.subarray(0, grey), rgb: slot.subarray(grey) };
    let failed = false;
    try {
      const { milliseconds } = await place.thread.call('sharedFrame', job);
      this.#options.onRun(milliseconds, place.index);
      resolve(this.#takenFrom(slot, frame, bytes));
    } catch (thrown) {
      failed = true;
      frame.release();
      reject(DaylitError.from(thrown));
    }
    relay.ended(leg, failed);
    // One whose thread may still write into it is left to the garbage collector.
    if (!failed) this.#giveSlot(slot);
    this.#waiting.left(open);
    place.inside -= 1;
    this.#pump();
  }

  /** The picture in memory that may go on to encoders; the thermal one lies where it came from. */
  #takenFrom(slot: Slot, frame: Frame, bytes: number): ColourFrame {
    const { pool } = this.#options;
    const rgb = pool.take(bytes);
    rgb.set(slot.subarray(frame.pixels.length));
    return coloured(frame, { thermal: frame.pixels, rgb }, () => {
      pool.give(rgb);
      frame.release();
    });
  }

  #slotOf(bytes: number): Slot {
    const index = this.#slots.findIndex(({ length }) => length === bytes);
    const [slot] = index < 0 ? [] : this.#slots.splice(index, 1);
    return slot ?? new Uint8Array(new SharedArrayBuffer(bytes));
  }

  #giveSlot(slot: Slot): void {
    // The oldest may be of a size that no recording has any more.
    if (this.#slots.length >= IN_THREAD * this.#options.most) this.#slots.shift();
    this.#slots.push(slot);
  }

  /** The frame's place in the order, decided in that order. */
  #legOf(open: Open, moment: Moment): { readonly relay: Relay; readonly leg: Leg } {
    const guide = (open.photos ?? this.#common.photos).map(({ key }) => key).join(' ');
    if (guide !== open.guide) open.state.forget();
    open.guide = guide;
    const { size } = moment;
    if (open.relay === undefined || !sameSize(open.relay.size, size)) {
      open.relay = { of: new Relay(this.#options.stateLength(size)), size };
    }
    const relay = open.relay.of;
    return { relay, leg: relay.next(open.state.next(moment)) };
  }

  /** One after another, while frames go through those that are there. */
  async #beginOthers(): Promise<void> {
    try {
      while (this.#places.length < this.#options.most && !this.#closing) {
        const thread = await this.#options.begin();
        await this.#common.teach(thread);
        for (const { stream, smoothing, photos } of this.#opened.values()) {
          thread.call('open', { stream, smoothing }).catch(() => undefined);
          if (photos !== undefined) thread.call('references', { stream, photos }).catch(() => undefined);
        }
        this.#places.push({ index: this.#places.length, thread, inside: 0 });
        this.#pump();
      }
    } catch {
      // Fewer threads are slower, nothing else.
    }
  }
}
