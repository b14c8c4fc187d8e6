/** How fine a frame graph counts: in 32-bit floats, or in bytes where that does no harm. */
export type Precision = 'fp32' | 'int8';

/** What a caller may ask for; `auto`: the faster one of this machine. */
export type PrecisionChoice = Precision | 'auto';

/** What a machine makes of both graphs. */
export interface Calibration {
  /** Fastest run of the small calibration frame, in milliseconds. */
  readonly fp32Milliseconds: number;
  readonly int8Milliseconds: number;
  /** Greatest difference between block means of the two warm-up frames, in grey levels. */
  readonly difference: number;
}

/** How much faster bytes must be: below it their small loss buys too little. */
export const WORTHWHILE = 1.25;

/**
 * The graph to use on a machine.
 * @param tolerance grey levels that the two may differ by: kernels for bytes that overflow are off by far more.
 */
export function choosePrecision(calibration: Calibration, tolerance: number): Precision {
  const { fp32Milliseconds, int8Milliseconds, difference } = calibration;
  const agrees = difference <= tolerance;
  return agrees && int8Milliseconds > 0 && fp32Milliseconds / int8Milliseconds >= WORTHWHILE ? 'int8' : 'fp32';
}

/** A calibration in words. */
export function figuresOf({ int8Milliseconds, fp32Milliseconds }: Calibration): string {
  return `a small frame by turns: int8 ${int8Milliseconds.toFixed(1)} ms, fp32 ${fp32Milliseconds.toFixed(1)} ms`;
}
