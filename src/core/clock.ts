import { performance } from 'node:perf_hooks';

/** The only source of time; tests pass their own. */
export interface Clock {
  /** Monotonic milliseconds from an arbitrary start. */
  now(): number;
}

/** This machine's monotonic clock. */
export const systemClock: Clock = { now: () => performance.now() };
