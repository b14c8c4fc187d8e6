import { decodePictureMessage, type PictureMessage } from '../../sinks/viewer-protocol.js';
import type { CameraStatus } from './camera-status.js';

/** Seconds to the next try, by how many have failed. */
const WAITS = [1, 2, 4, 8, 15];

export type Link = 'connecting' | 'open' | 'paused' | { readonly retryAt: number };

/** Who follows a camera. */
export interface StreamEvents {
  readonly onPicture: (picture: PictureMessage, receivedAt: number) => void;
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
    const address = new URL(`api/cameras/${this.#camera}/live`, document.baseURI);
    address.protocol = address.protocol.replace('http', 'ws');
    address.hash = '';
    const socket = new WebSocket(address);
    socket.binaryType = 'arraybuffer';
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      this.#failures = 0;
      if (typeof data === 'string') {
        this.#events.onStatus(JSON.parse(data) as CameraStatus);
        return;
      }
      const picture = decodePictureMessage(new Uint8Array(data));
      if (picture !== undefined) this.#events.onPicture(picture, performance.now());
    };
    socket.onopen = () => {
      this.#events.onLink('open');
    };
    socket.onclose = () => {
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
