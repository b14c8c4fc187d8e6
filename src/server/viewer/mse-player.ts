import { codecOf, sameBytes, type Player, type PlayerEvents, type Received } from './decoded-picture.js';
import { element } from './elements.js';
import { fragment, initSegment } from './fragmented-mp4.js';

const MICROSECONDS = 1e6;
/** How far playing may lag behind what has come, in seconds, before it jumps; and where it jumps to. */
const MOST_LAG = 0.4;
const LAG = 0.05;
/** Seconds that have been played and are kept; browsers remove nothing by themselves until they are full. */
const KEPT = 8;
/** Pictures that wait while the buffer is busy; more begin anew at the next keyframe. */
const MOST_WAITING = 60;
/** How long the first picture counts, and the longest that one may. */
const USUAL_DURATION = 100_000;
const LONGEST_DURATION = 1_000_000;

/** H.264 by Media Source Extensions: for browsers, and plain HTTP from another machine, where WebCodecs is missing. */
export class MsePlayer implements Player {
  readonly name = 'H.264 · MSE';
  readonly #events: PlayerEvents;
  readonly #video = element('video', { class: 'decoder', playsinline: true, 'aria-hidden': 'true', tabindex: '-1' });
  #source: MediaSource | undefined;
  #buffer: SourceBuffer | undefined;
  #configuration: Uint8Array | undefined;
  #waiting: Uint8Array<ArrayBuffer>[] = [];
  /** By the end of each picture on the player's own time line, which has no gaps. */
  #inside: { readonly start: number; readonly received: Received }[] = [];
  #number = 0;
  #end = 0;
  #lastPts: number | undefined;
  #closed = false;

  /** @param place where the video, which nobody sees, may be in the page */
  constructor(place: HTMLElement, events: PlayerEvents) {
    this.#events = events;
    this.#video.muted = true;
    this.#video.addEventListener('error', () => {
      if (!this.#closed) events.onFailure(this.#video.error?.message ?? 'not playable');
    });
    place.append(this.#video);
    this.#follow();
  }

  push(received: Received): void {
    const { keyframe, configuration } = received.picture;
    if (keyframe && !sameBytes(this.#configuration, configuration)) this.#begin(received);
    if (this.#source === undefined) return;
    if (this.#waiting.length > MOST_WAITING) {
      this.#configuration = undefined; // the next keyframe begins anew
      return;
    }
    this.#waiting.push(this.#fragment(received));
    this.#append();
  }

  close(): void {
    this.#closed = true;
    this.#release();
    this.#video.remove();
  }

  #begin({ picture: { configuration, width, height } }: Received): void {
    this.#release();
    this.#configuration = Uint8Array.from(configuration);
    this.#waiting = [initSegment(2 * width, height + (height % 2), configuration)];
    this.#inside = [];
    [this.#number, this.#end, this.#lastPts] = [0, 0, undefined];
    const source = new MediaSource();
    this.#source = source;
    source.addEventListener('sourceopen', () => {
      if (this.#source !== source) return;
      const buffer = source.addSourceBuffer(`video/mp4; codecs="${codecOf(configuration)}"`);
      buffer.addEventListener('updateend', () => {
        this.#keepUp();
        this.#append();
      });
      this.#buffer = buffer;
      this.#append();
    });
    this.#video.src = URL.createObjectURL(source);
  }

  /** A picture lasts as long as the one before did, so that nothing waits for the next and no gap stops the player. */
  #fragment(received: Received): Uint8Array<ArrayBuffer> {
    const { ptsMicroseconds, keyframe, coded } = received.picture;
    const last = this.#lastPts === undefined ? USUAL_DURATION : ptsMicroseconds - this.#lastPts;
    const duration = Math.min(LONGEST_DURATION, Math.max(1000, last));
    const start = this.#end;
    this.#lastPts = ptsMicroseconds;
    this.#end = start + duration;
    this.#inside.push({ start: start / MICROSECONDS, received });
    this.#number += 1;
    return fragment({ number: this.#number, start, duration, keyframe, data: coded });
  }

  #append(): void {
    const buffer = this.#buffer;
    if (buffer === undefined || buffer.updating || this.#waiting.length === 0) return;
    const all = new Blob(this.#waiting);
    this.#waiting = [];
    void all.arrayBuffer().then((bytes) => {
      if (this.#buffer !== buffer || buffer.updating) return;
      try {
        buffer.appendBuffer(bytes);
      } catch (thrown) {
        this.#events.onFailure(String(thrown));
      }
    });
  }

  /** Plays what came last, and lets go of what was played. */
  #keepUp(): void {
    const [video, buffer] = [this.#video, this.#buffer];
    if (buffer === undefined || buffer.updating || buffer.buffered.length === 0) return;
    const end = buffer.buffered.end(buffer.buffered.length - 1);
    if (end - video.currentTime > MOST_LAG) video.currentTime = Math.max(video.currentTime, end - LAG);
    if (video.paused) void video.play().catch(() => undefined);
    if (buffer.buffered.start(0) < video.currentTime - 2 * KEPT) buffer.remove(0, video.currentTime - KEPT);
  }

  #follow(): void {
    this.#video.requestVideoFrameCallback((_, { mediaTime }) => {
      if (this.#closed) return;
      // The last that begins by then; times are rounded on their way.
      const at = this.#inside.findLastIndex(({ start }) => start <= mediaTime + 0.001);
      const shown = this.#inside[at];
      if (shown !== undefined) {
        this.#inside.splice(0, at + 1);
        this.#events.onPicture({ ...shown.received, image: this.#video, close: () => undefined });
      }
      this.#follow();
    });
  }

  #release(): void {
    if (this.#source === undefined) return;
    URL.revokeObjectURL(this.#video.src);
    this.#video.removeAttribute('src');
    this.#source = undefined;
    this.#buffer = undefined;
    this.#waiting = [];
  }
}
