import type { Clock } from '../core/clock.js';
import { secondsOf } from '../core/frame.js';
import { DaylitError } from '../core/errors.js';
import type { CodedPixels, FrameWish } from './frame-coding.js';
import { encodeFrameHead } from './frames-protocol.js';
import type { LatestFrame, NewestFrame } from './latest-frame.js';

/** What is needed of a program's WebSocket; knows no HTTP. */
export interface FrameSocket {
  /** Bytes that wait to leave. */
  readonly bufferedAmount: number;
  /** Sends one message of these two parts. */
  send(head: Uint8Array, pixels: Uint8Array): void;
  /** Ends the connection without the closing handshake, which a stalled reader would never answer. */
  terminate(): void;
}

/** How one program reads. */
export interface FrameClientOptions {
  readonly wish: FrameWish;
  /** Frames a second at most; left out, as many as come. */
  readonly fps?: number | undefined;
  readonly clock: Clock;
  /** Microseconds since 1970. */
  readonly wallClock: () => number;
  /** Told why a frame could not be coded. */
  readonly onError: (error: DaylitError) => void;
}

/** Frames that a program may ask for ahead. */
export const MOST_CREDIT = 1000;
/** How long a reader may take nothing, in milliseconds. */
const PATIENCE_MS = 15_000;

/**
 * One program's share of a camera's frames, by credit: each frame that it gets costs one, and when it gives some it
 * gets the newest frame that it has not seen, or the next. Nothing is queued here: a frame is coded only for credit,
 * and none is while an earlier one waits in the socket. It has no timer: each frame, each credit and each call of
 * `tend` moves it on.
 */
export class FrameClient {
  readonly #frames: LatestFrame;
  readonly #socket: FrameSocket;
  readonly #options: FrameClientOptions;
  #credit = 0;
  #seen: NewestFrame | undefined;
  #coding = false;
  #dueAt = -Infinity;
  #fullSince: number | undefined;
  #sent = 0;
  #ended = false;

  constructor(frames: LatestFrame, socket: FrameSocket, options: FrameClientOptions) {
    this.#frames = frames;
    this.#socket = socket;
    this.#options = options;
  }

  /** Frames that were given to the socket. */
  get sent(): number {
    return this.#sent;
  }

  /** Lets this many more frames come. */
  give(credit: number): void {
    this.#credit = Math.min(MOST_CREDIT, this.#credit + credit);
    this.tend();
  }

  /** Nothing is sent any more. */
  end(): void {
    this.#ended = true;
  }

  /** Sends the newest frame if it may; disconnects a reader that has stalled. */
  tend(): void {
    const { newest } = this.#frames;
    if (this.#ended || this.#coding || this.#isFull() || this.#credit === 0) return;
    if (newest === undefined || newest === this.#seen || !this.#isDue()) return;
    this.#coding = true;
    this.#seen = newest;
    this.#credit -= 1;
    void this.#send(newest);
  }

  async #send(frame: NewestFrame): Promise<void> {
    const { wish, onError } = this.#options;
    try {
      const coded = await frame.coded(wish);
      if (!this.#ended) this.#socket.send(this.#headOf(frame, coded), coded.pixels);
      this.#sent += 1;
    } catch (thrown) {
      onError(DaylitError.from(thrown));
    } finally {
      this.#coding = false;
    }
    this.tend();
  }

  #headOf({ moment }: NewestFrame, { size }: CodedPixels): Uint8Array {
    const { wish, clock, wallClock } = this.#options;
    const { sequence, epoch, arrivedAt, marks } = moment;
    const ageMicroseconds = Math.round(1000 * (clock.now() - arrivedAt));
    return encodeFrameHead({
      ...{ format: wish.format, which: wish.which, sequence, epoch, size, ageMicroseconds },
      ptsMicroseconds: Math.round(1e6 * secondsOf(moment)),
      capturedMicroseconds: Math.round(wallClock()) - ageMicroseconds,
      synthesised: wish.which === 'thermal' ? undefined : marks.synthesised,
      frozen: marks.frozen === true,
      cut: marks.cut === true,
      metadata: this.#frames.metadata(moment),
    });
  }

  /** Keeps the mean rate: what is late by a little is not lost, what is late by more is not made up for. */
  #isDue(): boolean {
    const { fps, clock } = this.#options;
    if (fps === undefined) return true;
    const [now, interval] = [clock.now(), 1000 / fps];
    if (now < this.#dueAt) return false;
    const next = this.#dueAt + interval;
    this.#dueAt = next > now ? next : now + interval;
    return true;
  }

  #isFull(): boolean {
    if (this.#socket.bufferedAmount === 0) {
      this.#fullSince = undefined;
      return false;
    }
    const now = this.#options.clock.now();
    this.#fullSince ??= now;
    if (now - this.#fullSince >= PATIENCE_MS) {
      this.end();
      this.#socket.terminate();
    }
    return true;
  }
}
