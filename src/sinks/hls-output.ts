import type { Clock } from '../core/clock.js';
import { DaylitError } from '../core/errors.js';
import { realWait, type Wait } from '../core/wait.js';
import { HlsSegments } from './hls-segments.js';
import type { LiveVideo } from './live-video.js';
import type { TransportPiece } from './transport-stream.js';

/** How long a reader may ask for nothing before the encoder is let go. */
const REST_MS = 30_000;
/** How long the first playlist may take: a segment and more. */
const PATIENCE_MS = 10_000;

/**
 * One camera for players that fetch segments: the encoder is watched from the first request until nobody has asked for
 * a while.
 */
export class HlsOutput {
  readonly #video: LiveVideo<TransportPiece>;
  readonly #clock: Clock;
  readonly #wallClock: () => number;
  readonly #wait: Wait;
  readonly #segments = new HlsSegments();
  #stop: (() => void) | undefined;
  #askedAt = -Infinity;
  #failure: DaylitError | undefined;
  #waiting: (() => void)[] = [];

  /** @param wallClock milliseconds since 1970 */
  constructor(video: LiveVideo<TransportPiece>, clock: Clock, wallClock: () => number, wait: Wait = realWait) {
    this.#video = video;
    this.#clock = clock;
    this.#wallClock = wallClock;
    this.#wait = wait;
  }

  /**
   * The playlist, once there is one.
   * @param suffix what goes after each segment's name
   * @throws DaylitError NO_PICTURE if none comes in time, or why there is no video
   */
  async playlist(suffix: string): Promise<string> {
    this.#watch();
    if (this.#segments.playlist() === undefined) await this.#first();
    if (this.#failure !== undefined) throw this.#failure;
    const list = this.#segments.playlist(suffix);
    if (list === undefined) throw new DaylitError('NO_PICTURE', `no video for ${PATIENCE_MS / 1000} s`);
    return list;
  }

  /** A segment of the playlist. @throws DaylitError NOT_SERVED for one that is gone, or never was */
  segment(number: number): Uint8Array<ArrayBuffer> {
    this.#watch();
    const bytes = this.#segments.segment(number);
    if (bytes === undefined) throw new DaylitError('NOT_SERVED', `segment ${number}`);
    return bytes;
  }

  /** Lets the encoder go if nobody asks any more; call it now and then. */
  tend(): void {
    if (this.#clock.now() - this.#askedAt > REST_MS) this.end();
  }

  /** Lets the encoder go. */
  end(): void {
    this.#stop?.();
    this.#stop = undefined;
    this.#segments.interrupt();
    this.#wake();
  }

  #watch(): void {
    this.#askedAt = this.#clock.now();
    if (this.#stop !== undefined) return;
    this.#failure = undefined;
    this.#stop = this.#video.watch({
      onPiece: (piece) => {
        if (this.#segments.push(piece, this.#wallClock())) this.#wake();
      },
      onFailure: (error) => {
        this.#failure = error;
        this.end();
      },
    });
  }

  async #first(): Promise<void> {
    const done = new AbortController();
    const woken = new Promise<void>((resolve) => this.#waiting.push(resolve));
    await Promise.race([woken, this.#wait(PATIENCE_MS, done.signal)]);
    done.abort();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
