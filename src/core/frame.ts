import type { FrameTelemetry } from './telemetry.js';

/** How a picture's bytes are laid out. Rows are tight: no padding between them. */
export type PixelFormat = 'gray8' | 'gray16le' | 'rgb24';

const BYTES_PER_PIXEL: Readonly<Record<PixelFormat, number>> = { gray8: 1, gray16le: 2, rgb24: 3 };

/** Width and height in pixels, both at least 1. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** An exact fraction; as a time base, the seconds that one tick lasts. */
export interface Rational {
  readonly numerator: number;
  readonly denominator: number;
}

/** In which live pictures count, whatever the connection they come by; what RTP and MPEG-TS use themselves. */
export const LIVE_TIME_BASE: Rational = { numerator: 1, denominator: 90_000 };

/** Linear law from raw counts to temperature: kelvin = counts × `kelvinPerCount` + `kelvinAtZero`. */
export interface Radiometry {
  readonly kelvinPerCount: number;
  readonly kelvinAtZero: number;
}

/** What was noticed about a frame on its way; the viewer and the metadata tell it on. */
export interface FrameMarks {
  /** The camera repeats its last picture (it calibrates its shutter: FFC). */
  readonly frozen?: boolean;
  /** The scene is another one than a frame ago: nothing may be carried over. */
  readonly cut?: boolean;
  /** The camera is away: its last picture again, under a banner that says so. */
  readonly slate?: boolean;
  /** Colours are made up by the model or by a palette; never measured. */
  readonly synthesised?: 'model' | 'palette';
}

/**
 * One picture on its way from camera to screen.
 *
 * Whoever receives a frame owns its pixels until calling `release()` once, or passing the frame on.
 */
export interface Frame {
  /** Tight rows, top to bottom; `byteLengthOf(format, size)` bytes. */
  readonly pixels: Uint8Array<ArrayBuffer>;
  readonly format: PixelFormat;
  readonly size: Size;
  /** Presentation time in ticks of `timeBase`, exact as the source has it (a safe integer). */
  readonly pts: number;
  readonly timeBase: Rational;
  /** Monotonic milliseconds at which the last byte of the frame reached this process. */
  readonly arrivedAt: number;
  /** Rises by one at each reconnect of a live source; 0 for files. */
  readonly epoch: number;
  /** Counts the frames of one source from 0 without gaps. */
  readonly sequence: number;
  readonly marks: FrameMarks;
  /** Where the raw counts are radiometric. */
  readonly radiometry?: Radiometry;
  /** Where the source has telemetry: where the camera was and looked. */
  readonly telemetry?: FrameTelemetry;
  /** For stills: the file's name without its folder, so that outputs can be named alike. */
  readonly name?: string;
  /** Gives the pixels' memory back to where they came from. */
  release(): void;
}

/** A colour picture together with the grey thermal picture it was made from. */
export interface ColourFrame extends Frame {
  readonly format: 'rgb24';
  /** Thermal picture as the model saw it: gray8, white-hot, tight rows, the frame's own size. Owned with the frame. */
  readonly thermal: Uint8Array<ArrayBuffer>;
}

/** A frame as a source hands it out: of its first connection, with nothing noticed yet. */
export function frameOf(fresh: Omit<Frame, 'epoch' | 'marks' | 'release'>, release: () => void): Frame {
  return { ...fresh, epoch: 0, marks: {}, release };
}

/** Bytes of one picture of this format and size. */
export function byteLengthOf(format: PixelFormat, size: Size): number {
  return BYTES_PER_PIXEL[format] * size.width * size.height;
}

/** Presentation time in seconds (rounded to double precision; use `pts` where exactness matters). */
export function secondsOf(frame: Pick<Frame, 'pts' | 'timeBase'>): number {
  return (frame.pts * frame.timeBase.numerator) / frame.timeBase.denominator;
}

/** Whether two sizes are the same. */
export function sameSize(a: Size, b: Size): boolean {
  return a.width === b.width && a.height === b.height;
}
