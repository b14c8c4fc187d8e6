import type { ColourFrame, Frame, PixelFormat, Radiometry, Rational, Size } from './frame.js';
import type { Telemetry } from './telemetry.js';

/**
 * Which frames a pipeline may hold and what happens when it is full.
 * `waitForRoom`: nothing is lost, the source waits (files). `keepLatest`: the newest wins, drops are counted (live).
 */
export type Delivery = 'waitForRoom' | 'keepLatest';

/** Tracks beside the picture that a container carries, by codec name as ffmpeg spells it. */
export interface OtherTracks {
  readonly audio: readonly string[];
  readonly subtitles: readonly string[];
}

/** What is known of a source once it is open. */
export interface SourceInfo {
  readonly kind: 'video' | 'images' | 'raw' | 'synthetic';
  /** The address as given, without credentials. */
  readonly label: string;
  readonly delivery: Delivery;
  /** Of the first frame; stills of one folder may differ. */
  readonly size: Size;
  readonly format: PixelFormat;
  /** Frames a second, as declared; variable-rate sources give their mean. */
  readonly frameRate?: Rational;
  readonly timeBase: Rational;
  /** Expected number of frames, where the source can tell. */
  readonly frameCount?: number;
  /** Codec of the picture, as ffmpeg spells it. */
  readonly codec?: string;
  /** The file whose other tracks an output may copy. */
  readonly container?: { readonly path: string; readonly tracks: OtherTracks };
  readonly radiometry?: Radiometry;
  /** Who tells where the camera is and looks, where somebody does. */
  readonly telemetry?: Telemetry['provenance'];
}

/** Where frames come from. Pull-driven: the next frame is made only when it is asked for. */
export interface Source {
  readonly info: SourceInfo;
  /**
   * Frames in order. May be called once. Ending the iteration early (break, return) or aborting `signal` stops the
   * source; errors reject the pending `next()` with a `DaylitError`.
   */
  frames(signal?: AbortSignal): AsyncIterable<Frame>;
}

/** Colour for the frames of one stream; holds that stream's temporal state. */
export interface ColorizerStream {
  /** How many frames it works on at a time, so that it is worth handing it as many; left out: one. */
  readonly atOnce?: number;
  /**
   * Takes a white-hot gray8 frame over and gives its colour picture, in the order of the calls.
   * Calls need not wait for one another. The input's memory is released or travels on in the result.
   */
  colorize(frame: Frame): Promise<ColourFrame>;
  /** Forgets the state; resolves when calls in flight are done. */
  close(): Promise<void>;
}

/** Colorizes any number of streams with one set of weights and references. */
export interface Colorizer {
  /** Opens a stream. `smoothing` 0 (each frame alone) to 1 (colours held wherever the thermal picture stands still). */
  stream(options: { readonly smoothing: number }): ColorizerStream;
  close(): Promise<void>;
}

/** What an output became. */
export interface SinkReport {
  /** Path or address, without credentials. */
  readonly target: string;
  readonly frames: number;
  /** Bytes of the finished file, where there is one. */
  readonly bytes?: number;
}

/** Where frames go to. */
export interface Sink {
  readonly target: string;
  /**
   * Takes one frame; resolves when there is room for the next. The sink copies or encodes what it needs before it
   * resolves and never releases the frame. Rejects with a `DaylitError` once the output is broken.
   */
  write(frame: ColourFrame): Promise<void>;
  /** Completes the output and gives it its name. */
  finish(): Promise<SinkReport>;
  /** Stops and removes what was begun; nothing is left under the output's name. Safe to call at any time, twice. */
  discard(): Promise<void>;
}
