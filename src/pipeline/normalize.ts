import { map, type OperatorFunction } from 'rxjs';
import type { Frame } from '../core/frame.js';
import type { StageMeter } from '../core/stage-meter.js';

/** What a thermal normaliser is to the pipeline: any frame in, white-hot gray8 out, with what it noticed marked. */
export interface Normalizer {
  push(frame: Frame): Frame;
}

/** Thermal frames of any kind → white-hot gray8 (gain control, polarity, palette inversion; see thermal/). */
export function normalize(normalizer: Normalizer, meter: StageMeter): OperatorFunction<Frame, Frame> {
  return map((frame) => meter.time('normalize', () => normalizer.push(frame)));
}
