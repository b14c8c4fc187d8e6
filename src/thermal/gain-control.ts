import { LocalGain } from './clahe.js';
import type { GainControl } from './gain.js';
import { GlobalGain } from './global-gain.js';

/**
 * How counts become grey levels (automatic gain control).
 * `auto`: 16 bit by a mixture of percentile and plateau; 8 bit is left alone, unless its range is mostly empty.
 * `percentile`: between two percentiles. `plateau`: plateau equalisation. `clahe`: local contrast (CLAHE).
 * `linear`: smallest to largest value. `none`: the container's whole range.
 */
export type AgcKind = 'auto' | 'percentile' | 'plateau' | 'clahe' | 'linear' | 'none';

/** Every kind, for option lists. */
export const AGC_KINDS = ['auto', 'percentile', 'plateau', 'clahe', 'linear', 'none'] as const satisfies AgcKind[];

/** Gain control of the given kind. */
export function createGainControl(kind: AgcKind): GainControl {
  return kind === 'clahe' ? new LocalGain() : new GlobalGain(kind);
}
