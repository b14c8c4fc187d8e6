import type { StageTimes } from '../src/core/stage-meter.js';
import type { PrecisionChoice } from '../src/model/precision.js';
import type { MemoryReport } from './allocation-meter.js';

/** A job for a process of its own. */
export interface JobRequest {
  readonly contender: 'daylit' | 'plain loop';
  /** One after another lies beside an output of the same index; daylit runs them at the same time, by one colorizer. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly size: { readonly width: number; readonly height: number };
  /** Frames of one input. */
  readonly frames: number;
  readonly references: readonly string[];
  readonly model: string;
  readonly ffmpeg: string;
  /** Of the model; the contender's own choice where left out. */
  readonly threads?: number;
  /** Whether daylit colours frames of a recording on all cores at a time, or one at a time; its own choice if left out. */
  readonly ahead?: boolean;
  /** Which of the model's graphs; `auto`: the faster. The plain loop knows no `auto`. */
  readonly precision: PrecisionChoice;
  /** Loads everything, says `ready` and begins when told to. */
  readonly waits: boolean;
}

/** How it went. */
export interface JobResult {
  readonly frames: number;
  /** From the first byte read to the last one written, the loading of the model left out. */
  readonly milliseconds: number;
  /** When the first coloured frame was handed on: milliseconds of the epoch, with fractions. */
  readonly firstFrameAt: number;
  /** Where daylit's time went. */
  readonly stages?: StageTimes;
  readonly memory: MemoryReport;
  /** Most bytes that the process held at a time, its ffmpegs not counted. */
  readonly peakBytes: number;
}
