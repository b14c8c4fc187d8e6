import type { Clock } from '../core/clock.js';
import type { CodedPicture } from './latest-picture.js';

/** What is needed of a WebSocket, or of a response that never ends; knows no HTTP. */
export interface ViewerSocket {
  /** Bytes that wait to leave. */
  readonly bufferedAmount: number;
  send(data: Uint8Array | string): void;
  /** Ends the connection without the closing handshake, which a stalled reader would never answer. */
  terminate(): void;
}

/** Waiting bytes beyond which nothing more is given to a socket: less than two pictures of most cameras. */
const FULL = 96 * 1024;
/** How long a reader may take nothing, in milliseconds. */
const PATIENCE_MS = 15_000;

/**
 * One viewer's share of a camera's pictures. While the socket is full the newest picture takes the place of the one
 * that waits, so that memory stays bounded and what is seen is fresh; a reader that takes nothing for a while is
 * disconnected. It has no timer: each picture, and each call of `tend`, moves it on.
 */
export class ViewerClient {
  readonly #socket: ViewerSocket;
  readonly #clock: Clock;
  readonly #form: (picture: CodedPicture) => Uint8Array;
  #waiting: CodedPicture | undefined;
  #sent = 0;
  #dropped = 0;
  /** Since when the socket is full. */
  #fullSince: number | undefined;

  /** @param form how a picture is sent */
  constructor(
    socket: ViewerSocket,
    clock: Clock,
    form: (picture: CodedPicture) => Uint8Array = (picture) => picture.message(),
  ) {
    this.#socket = socket;
    this.#clock = clock;
    this.#form = form;
  }

  /** Pictures that were given to the socket, and that others took the place of. */
  get counts(): { readonly sent: number; readonly dropped: number } {
    return { sent: this.#sent, dropped: this.#dropped };
  }

  /** Takes a picture, to be sent when there is room unless a newer one comes first. */
  offer(picture: CodedPicture): void {
    if (this.#waiting !== undefined) this.#dropped += 1;
    this.#waiting = picture;
    this.tend();
  }

  /** Says something besides pictures; nothing is said to a socket that is full. */
  tell(text: string): void {
    if (this.#socket.bufferedAmount <= FULL) this.#socket.send(text);
    this.tend();
  }

  /** Sends what waits if there is room by now; disconnects a reader that has stalled. */
  tend(): void {
    if (this.#socket.bufferedAmount > FULL) {
      const now = this.#clock.now();
      this.#fullSince ??= now;
      if (now - this.#fullSince >= PATIENCE_MS) this.#socket.terminate();
      return;
    }
    this.#fullSince = undefined;
    if (this.#waiting === undefined) return;
    this.#socket.send(this.#form(this.#waiting));
    this.#waiting = undefined;
    this.#sent += 1;
  }
}
