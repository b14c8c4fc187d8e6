import { decodePictureMessage, type Coding } from '../../sinks/viewer-protocol.js';
import { whoAmI } from './ask.js';
import type { CameraStatus } from './camera-status.js';
import type { Received } from './decoded-picture.js';

/** Seconds to the next try, by how many have failed. */
const WAITS = [1, 2, 4, 8, 15];
/** How the server closes a connection whose session is over (RFC 6455: policy violation). */
const SIGNED_OUT = 1008;

export type Link = 'connecting' | 'open' | 'paused' | { readonly retryAt: number };

/** Who follows a camera. */
export interface StreamEvents {
  /** How pictures are to be coded, asked at each connection. */
  readonly coding: () => Coding;
  readonly onPicture: (received: Received) => void;
  readonly onStatus: (status: CameraStatus) => void;
  readonly onLink: (link: Link) => void;
}

/** One camera's pictures and states, for as long as it is let run: connects again by itself, and rests when told to. */
export class PictureStream {
  readonly #camera: string;
  readonly #events: StreamEvents;
  #socket: WebSocket | undefined;
  #timer: number | undefined;
  #failures = 0;

  constructor(camera: string, events: StreamEvents) {
    this.#camera = camera;
    this.#events = events;
  }

  /** Connects now, whatever it waits for. */
  resume(): void {
    this.#end();
    const address = new URL(`api/cameras/${this.#camera}/live?codec=${this.#events.coding()}`, document.baseURI);
    address.protocol = address.protocol.replace('http', 'ws');
    const socket = new WebSocket(address);
    socket.binaryType = 'arraybuffer';
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      this.#failures = 0;
      if (typeof data === 'string') this.#events.onStatus(JSON.parse(data) as CameraStatus);
      else this.#take(socket, data);
    };
    let opened = false;
    socket.onopen = () => {
      opened = true;
      this.#events.onLink('open');
    };
    socket.onclose = ({ code }) => {
      // Refused, or sent away: perhaps one has to sign in again.
      if (!opened || code === SIGNED_OUT) void whoAmI().catch(() => undefined);
      this.#waitForNext();
    };
    this.#socket = socket;
    this.#events.onLink('connecting');
  }

  /** Ends the connection until it is resumed. */
  pause(): void {
    this.#end();
    this.#events.onLink('paused');
  }

  /** Hands a picture on, and tells the server how far it has come, so that it sends no more than arrives. */
  #take(socket: WebSocket, data: ArrayBuffer): void {
    const picture = decodePictureMessage(new Uint8Array(data));
    if (picture === undefined) return;
    socket.send(String(picture.sequence));
    this.#events.onPicture({ picture, at: performance.now() });
  }

  #waitForNext(): void {
    const seconds = WAITS[Math.min(this.#failures, WAITS.length - 1)] ?? 1;
    this.#failures += 1;
    this.#timer = window.setTimeout(() => {
      this.resume();
    }, 1000 * seconds);
    this.#events.onLink({ retryAt: performance.now() + 1000 * seconds });
  }

  #end(): void {
    window.clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket === undefined) return;
    socket.onclose = null;
    socket.onmessage = null;
    socket.close();
  }
}
