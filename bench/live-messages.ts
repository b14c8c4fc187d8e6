import type { PrecisionChoice } from '../src/model/precision.js';

/** Cameras to be run in a process of their own. */
export interface LiveRequest {
  readonly cameras: number;
  readonly seconds: number;
  /** A recording whose pictures the cameras send over and over again. */
  readonly recording: string;
  readonly size: { readonly width: number; readonly height: number };
  readonly framesPerSecond: number;
  readonly model: string;
  readonly precision: PrecisionChoice;
}

/** How they did; the first second is left out. */
export interface LiveResult {
  /** Milliseconds from a frame's arrival until an output has it in colour, of all cameras. */
  readonly ages: readonly number[];
  readonly framesIn: number;
  readonly dropped: number;
  /** Coloured frames, by camera. */
  readonly shares: readonly number[];
  readonly residentBytes: number;
}
