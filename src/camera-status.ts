import type { ColourSettings } from './camera-colours.js';
import type { Ages } from './core/age-meter.js';
import type { Size } from './core/frame.js';
import type { StateChange } from './core/states.js';
import type { HistogramCounts } from './core/histogram.js';
import type { StageHistograms } from './core/stage-meter.js';
import type { LiveOutputStatus } from './pipeline/live-output.js';
import type { ShelvedPhoto } from './reference-shelf.js';

/** Where a served camera stands. */
export interface CameraStatus {
  readonly id: string;
  readonly name: string;
  readonly state: StateChange['state'];
  /** Why, in one plain sentence. */
  readonly reason: string;
  readonly code?: StateChange['code'];
  /** Milliseconds from the change of state to the next try. */
  readonly retryInMs?: number;
  readonly epoch: number;
  /** Coloured pictures a second, over the last seconds. */
  readonly fps: number;
  readonly framesIn: number;
  readonly coloured: number;
  /** For newer ones, since colouring was busy. */
  readonly dropped: number;
  /** From arrival until coloured, of the last pictures. */
  readonly ageMs?: Ages;
  /** Of the picture. */
  readonly size?: Size;
  /** What runs the model, or the palette. */
  readonly provider: string;
  readonly viewers: number;
  /** Programs that read frames. */
  readonly programs: number;
  readonly smoothing: number;
  /** Which false colours; null: the model's. */
  readonly palette: ColourSettings['palette'];
  /** None where a palette colours. */
  readonly references?: readonly ShelvedPhoto[];
  /** Where it is handed on to, besides viewers and programs. */
  readonly outputs: readonly LiveOutputStatus[];
}

/** How long things took, of all frames so far, and what kept frames from being coloured besides being late. */
export interface CameraMeasures {
  readonly stages: StageHistograms;
  /** From arrival until coloured. */
  readonly age: HistogramCounts;
  /** In colours that cannot be mapped back to temperatures. */
  readonly unreadable: number;
}
