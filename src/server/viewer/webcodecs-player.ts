import { codecOf, sameBytes, type Player, type PlayerEvents, type Received } from './decoded-picture.js';

/** Pictures inside the decoder beyond which it counts as too slow: then only keyframes go in. */
const MOST_QUEUED = 12;
/** Failures in a row, without a picture between, after which it is given up. */
const MOST_FAILURES = 3;

/** H.264 by WebCodecs: each picture as soon as it is decoded, nothing buffered. */
export class WebCodecsPlayer implements Player {
  readonly name = 'H.264 · WebCodecs';
  readonly #events: PlayerEvents;
  readonly #inside = new Map<number, Received>();
  #decoder: VideoDecoder | undefined;
  #configuration: Uint8Array | undefined;
  #failures = 0;
  #closed = false;

  constructor(events: PlayerEvents) {
    this.#events = events;
  }

  push(received: Received): void {
    try {
      this.#decode(received);
    } catch (thrown) {
      this.#fail(String(thrown));
    }
  }

  close(): void {
    this.#closed = true;
    this.#end();
  }

  #decode(received: Received): void {
    const { keyframe, configuration, coded, ptsMicroseconds } = received.picture;
    const ready = this.#decoder?.state === 'configured';
    if (keyframe && !(ready && sameBytes(this.#configuration, configuration))) this.#configure(configuration);
    const decoder = this.#decoder;
    if (decoder?.state !== 'configured') return;
    if (!keyframe && decoder.decodeQueueSize > MOST_QUEUED) {
      this.#end(); // too slow: on with the next keyframe
      return;
    }
    this.#inside.set(ptsMicroseconds, received);
    const data = coded as Uint8Array<ArrayBuffer>;
    decoder.decode(new EncodedVideoChunk({ type: keyframe ? 'key' : 'delta', timestamp: ptsMicroseconds, data }));
  }

  #configure(configuration: Uint8Array): void {
    this.#end();
    const decoder = new VideoDecoder({
      output: (frame) => {
        this.#show(frame);
      },
      error: (reason) => {
        this.#fail(reason.message);
      },
    });
    const description = configuration as Uint8Array<ArrayBuffer>;
    decoder.configure({ codec: codecOf(configuration), description, optimizeForLatency: true });
    this.#decoder = decoder;
    this.#configuration = Uint8Array.from(configuration);
  }

  #show(image: VideoFrame): void {
    this.#failures = 0;
    const received = this.#inside.get(image.timestamp);
    // None comes later that belongs before it.
    for (const pts of this.#inside.keys()) {
      this.#inside.delete(pts);
      if (pts === image.timestamp) break;
    }
    const close = (): void => {
      image.close();
    };
    if (this.#closed || received === undefined) close();
    else this.#events.onPicture({ ...received, image, close });
  }

  /** The next keyframe begins anew. */
  #fail(reason: string): void {
    this.#end();
    this.#failures += 1;
    if (this.#failures >= MOST_FAILURES && !this.#closed) this.#events.onFailure(reason);
  }

  #end(): void {
    if (this.#decoder !== undefined && this.#decoder.state !== 'closed') this.#decoder.close();
    this.#decoder = undefined;
    this.#configuration = undefined;
    this.#inside.clear();
  }
}
