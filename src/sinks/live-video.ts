import { DaylitError } from '../core/errors.js';
import { LIVE_TIME_BASE, sameSize } from '../core/frame.js';
import { realWait, type Wait } from '../core/wait.js';
import type { FfmpegBinary } from '../ffmpeg/binary.js';
import { STDOUT } from '../ffmpeg/command.js';
import { FrameFeed } from './frame-feed.js';
import { GopCache, type VideoPiece } from './gop-cache.js';
import { rgbOf, widthOf, type KeptFrame, type Moment, type View } from './kept-frame.js';
import type { FrameProperties } from './output-arguments.js';

/** How long an encoder runs on when nobody watches any more: whoever comes back soon sees a picture at once. */
const GRACE_MS = 5000;
/** How long an encoder may take over one frame. */
const PATIENCE_MS = 10_000;
/** Encoders in a row that may die without a picture. */
const MOST_FAILURES = 2;
/** Begin with the first frame; by default ffmpeg takes twenty in to find out their rate, most of a second. */
const AT_ONCE = ['-fpsprobesize', '0'];

/** A way to code video while it is watched. */
export interface VideoCoding<T extends VideoPiece> {
  /** ffmpeg's output options, muxer included. @throws DaylitError FFMPEG_UNSUPPORTED */
  options(frame: FrameProperties, binary: FfmpegBinary): readonly string[];
  /** Reads what one encoder writes. */
  reader(): PieceReader<T>;
  /** Whether each encoder counts time from 0; otherwise from the first frame there ever was. */
  readonly fromZero: boolean;
  /** Seconds of video after which another encoder takes over, where its numbers would not last. */
  readonly longestSeconds: number;
}

/** Makes pieces of the bytes that an encoder writes. */
export interface PieceReader<T> {
  /** A frame goes in. @param seconds its time as the encoder counts */
  expect(moment: Moment, seconds: number): void;
  push(chunk: Uint8Array): readonly T[];
}

/** Who watches. */
export interface VideoWatcher<T> {
  readonly onPiece: (piece: T) => void;
  /** There will be no more pieces. */
  readonly onFailure: (error: DaylitError) => void;
}

/** The newest frame, and its number in the order of frames. */
export type Newest = () => { readonly number: number; readonly kept: KeptFrame } | undefined;

interface Run {
  readonly feed: FrameFeed;
  readonly reader: PieceReader<unknown>;
  readonly moment: Moment;
  readonly origin: number;
  lastPts: number;
  rgb: Uint8Array<ArrayBuffer> | undefined;
}

/**
 * One encoder for all who watch one view of a camera: begun by the first of them, ended some seconds after the last,
 * and begun anew where pictures change their size or time jumps back. It takes the newest frame whenever it has room,
 * so that it is never behind; who comes late gets the newest group of pictures first.
 */
export class LiveVideo<T extends VideoPiece> {
  readonly #watchers = new Set<VideoWatcher<T>>();
  readonly #gop = new GopCache<T>();
  #run: Run | undefined;
  #coded: number | undefined;
  #origin: number | undefined;
  #busy = false;
  #pushing: Promise<void> = Promise.resolve();
  #failures = 0;
  #leaving: AbortController | undefined;

  constructor(
    private readonly view: View,
    private readonly coding: VideoCoding<T>,
    private readonly newest: Newest,
    private readonly ffmpeg: () => Promise<FfmpegBinary>,
    private readonly wait: Wait = realWait,
  ) {}

  get watchers(): number {
    return this.#watchers.size;
  }

  /** Whether an encoder runs. */
  get running(): boolean {
    return this.#run !== undefined;
  }

  /** @throws DaylitError FFMPEG_NOT_FOUND or FFMPEG_UNSUPPORTED where there can be no such video */
  async check(): Promise<void> {
    const timeBase = LIVE_TIME_BASE;
    this.coding.options({ size: { width: 2, height: 2 }, timeBase, marks: {} }, await this.ffmpeg());
  }

  /** Hands over the newest group of pictures, if there is one, and all to come. @returns stops it */
  watch(watcher: VideoWatcher<T>): () => void {
    this.#leaving?.abort();
    this.#watchers.add(watcher);
    // A camera that stands still is shown too.
    if (this.#run === undefined) this.#coded = undefined;
    for (const piece of this.#gop.pieces) watcher.onPiece(piece);
    void this.push();
    return () => {
      if (this.#watchers.delete(watcher) && this.#watchers.size === 0) this.#leave();
    };
  }

  /** There is a newer frame. Resolves when there is none left to code; never rejects. */
  push(): Promise<void> {
    if (!this.#busy) this.#pushing = this.#codeAll();
    return this.#pushing;
  }

  /** Ends the encoder, if one runs; the next frame begins another while somebody watches. */
  async stop(): Promise<void> {
    this.#leaving?.abort();
    const run = this.#run;
    this.#run = undefined;
    this.#gop.clear();
    await run?.feed.kill();
  }

  async #codeAll(): Promise<void> {
    this.#busy = true;
    try {
      for (let next = this.#toDo(); next !== undefined; next = this.#toDo()) await this.#code(next);
    } catch (thrown) {
      await this.stop();
      this.#fail(DaylitError.from(thrown));
    } finally {
      this.#busy = false;
    }
  }

  #toDo(): ReturnType<Newest> {
    if (this.#watchers.size === 0 && this.#run === undefined) return undefined;
    const newest = this.newest();
    return newest?.number === this.#coded ? undefined : newest;
  }

  async #code({ number, kept }: NonNullable<ReturnType<Newest>>): Promise<void> {
    if (this.#run !== undefined && !fits(this.#run, kept.moment, this.coding.longestSeconds)) {
      void this.#run.feed.kill();
      this.#run = undefined;
    }
    if (this.#run === undefined) {
      await this.#begin(kept);
      return; // there may be a newer frame by now
    }
    const run = this.#run;
    const { size, pts, timeBase } = kept.moment;
    // Copied before anything is waited for: the next frame takes this one's memory.
    run.rgb = rgbOf(this.view, kept, run.rgb);
    this.#coded = number;
    run.lastPts = pts;
    run.reader.expect(kept.moment, ((pts - run.origin) * timeBase.numerator) / timeBase.denominator);
    const frame = { size: { ...size, width: widthOf(this.view, kept) }, pts, timeBase, pixels: run.rgb };
    try {
      await this.#inTime(run.feed, run.feed.write(frame));
    } catch (thrown) {
      if (this.#run !== run) return; // stopped meanwhile
      void run.feed.kill();
      this.#run = undefined;
      this.#failures += 1;
      if (this.#failures > MOST_FAILURES) throw thrown;
    }
  }

  async #begin(kept: KeptFrame): Promise<void> {
    const { moment } = kept;
    const binary = await this.ffmpeg();
    if (this.#watchers.size === 0) return; // all have left meanwhile
    const size = { ...moment.size, width: widthOf(this.view, kept) };
    const first = { ...moment, size };
    const options = this.coding.options(first, binary);
    this.#origin = this.coding.fromZero || moment.pts < (this.#origin ?? Infinity) ? moment.pts : this.#origin;
    const origin = this.#origin ?? moment.pts;
    const feed = new FrameFeed(binary.path, { ...first, origin }, [], { address: STDOUT, options }, AT_ONCE);
    const reader = this.coding.reader();
    const run = { feed, reader, moment, origin, lastPts: -Infinity, rgb: undefined };
    this.#run = run;
    feed.coded?.on('data', (chunk: Uint8Array) => {
      if (this.#run !== run) return;
      for (const piece of reader.push(chunk)) this.#hand(piece);
    });
  }

  #hand(piece: T): void {
    this.#failures = 0;
    this.#gop.push(piece);
    for (const { onPiece } of this.#watchers) onPiece(piece);
  }

  #fail(error: DaylitError): void {
    this.#failures = 0;
    const told = [...this.#watchers];
    this.#watchers.clear();
    for (const { onFailure } of told) onFailure(error);
  }

  #leave(): void {
    const leaving = new AbortController();
    this.#leaving = leaving;
    void this.wait(GRACE_MS, leaving.signal).then(() => {
      if (!leaving.signal.aborted) void this.stop();
    });
  }

  async #inTime(feed: FrameFeed, step: Promise<void>): Promise<void> {
    const done = new AbortController();
    void this.wait(PATIENCE_MS, done.signal).then(() => {
      if (!done.signal.aborted) void feed.kill();
    });
    try {
      await step;
    } finally {
      done.abort();
    }
  }
}

/** Whether a frame can follow those that an encoder has had. */
function fits({ moment, lastPts }: Run, { size, pts, timeBase }: Moment, longestSeconds: number): boolean {
  const seconds = ((pts - moment.pts) * timeBase.numerator) / timeBase.denominator;
  const sameTicks =
    timeBase.numerator === moment.timeBase.numerator && timeBase.denominator === moment.timeBase.denominator;
  return sameTicks && sameSize(size, moment.size) && pts > lastPts && seconds < longestSeconds;
}
