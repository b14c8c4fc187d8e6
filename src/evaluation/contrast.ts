import { momentsOf } from './moments.js';

/** Deviation of the output's pixel values, all channels together, over the real picture's: below 1 is haze. */
export function contrast(output: Uint8Array, real: Uint8Array): number {
  return momentsOf(output).deviation / Math.max(1e-3, momentsOf(real).deviation);
}
