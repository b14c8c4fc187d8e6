import type { Clock } from '../core/clock.js';

/** What is needed of a WebSocket, or of a response that never ends; knows no HTTP. */
export interface ViewerSocket {
  /** Bytes that wait to leave. */
  readonly bufferedAmount: number;
  send(data: Uint8Array | string): void;
  /** Ends the connection without the closing handshake, which a stalled reader would never answer. */
  terminate(): void;
}

/** A coded picture or piece of video. */
export interface Offered {
  /** Whether decoding may begin here; else all since the last such must have been seen. */
  readonly keyframe: boolean;
  /** Where there is one: what a viewer says it has got. */
  readonly sequence?: number;
  /** The bytes to send, made at that moment. */
  message(): Uint8Array;
}

/** Waiting bytes beyond which nothing more is given to a socket: less than two pictures of most cameras. */
const FULL = 96 * 1024;
/** How long what was sent may be on its way: the buffers of a slow network take in much before a socket is full. */
const MOST_LAG_MS = 1000;
/** How long a reader may take nothing, in milliseconds. */
const PATIENCE_MS = 15_000;
/** Pictures on their way whose times are kept. */
const MOST_ON_THE_WAY = 256;

/**
 * One viewer's share of a camera's pictures. While the viewer is slow the newest keyframe takes the place of the one
 * that waits, and what can be seen only after something left out is left out too, so that memory stays bounded and what
 * is seen is fresh; a reader that takes nothing for a while is disconnected. It has no timer: each picture, and each
 * call of `tend`, moves it on.
 */
export class ViewerClient {
  readonly #socket: ViewerSocket;
  readonly #clock: Clock;
  #waiting: Offered | undefined;
  /** Whether something was left out that the next pictures need. */
  #torn = true;
  #sent = 0;
  #dropped = 0;
  /** Since when the viewer is too slow. */
  #fullSince: number | undefined;
  /** Whether the viewer says what it has got. */
  #answers = false;
  readonly #onTheWay: { readonly sequence: number; readonly at: number }[] = [];

  constructor(socket: ViewerSocket, clock: Clock) {
    this.#socket = socket;
    this.#clock = clock;
  }

  /** Pictures that were given to the socket, and that others took the place of. */
  get counts(): { readonly sent: number; readonly dropped: number } {
    return { sent: this.#sent, dropped: this.#dropped };
  }

  /** Takes a picture, to be sent when there is room unless a newer keyframe comes first. */
  offer(offered: Offered): void {
    if (offered.keyframe) {
      if (this.#waiting !== undefined) this.#dropped += 1;
      this.#waiting = offered;
      this.#torn = false;
      this.tend();
      return;
    }
    this.tend();
    if (this.#torn || this.#waiting !== undefined || this.#full()) {
      this.#torn = true;
      this.#dropped += 1;
    } else this.#send(offered);
  }

  /** Says something besides pictures; nothing is said to a viewer that is too slow. */
  tell(text: string): void {
    if (!this.#full()) this.#socket.send(text);
    this.tend();
  }

  /** The viewer says that it has got a picture, and all before it; from now on it says so of each. */
  heard(sequence: number): void {
    this.#answers = true;
    while ((this.#onTheWay[0]?.sequence ?? Infinity) <= sequence) this.#onTheWay.shift();
    this.tend();
  }

  /** Sends what waits if there is room by now; disconnects a reader that has stalled. */
  tend(): void {
    if (this.#full()) {
      const now = this.#clock.now();
      this.#fullSince ??= now;
      if (now - this.#fullSince >= PATIENCE_MS) this.#socket.terminate();
      return;
    }
    this.#fullSince = undefined;
    if (this.#waiting === undefined) return;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    this.#send(waiting);
  }

  #full(): boolean {
    if (this.#socket.bufferedAmount > FULL) return true;
    const [oldest] = this.#onTheWay;
    return oldest !== undefined && this.#clock.now() - oldest.at > MOST_LAG_MS;
  }

  #send(offered: Offered): void {
    this.#socket.send(offered.message());
    this.#sent += 1;
    if (!this.#answers || offered.sequence === undefined) return;
    this.#onTheWay.push({ sequence: offered.sequence, at: this.#clock.now() });
    if (this.#onTheWay.length > MOST_ON_THE_WAY) this.#onTheWay.shift();
  }
}
