import { setTimeout } from 'node:timers/promises';

/** Waits; ends early, without an error, once `signal` is aborted. Tests pass their own. */
export type Wait = (milliseconds: number, signal: AbortSignal) => Promise<void>;

/** The machine's own time. */
export const realWait: Wait = async (milliseconds, signal) => {
  try {
    await setTimeout(milliseconds, undefined, { signal });
  } catch {
    // Aborted: nothing is left to wait for.
  }
};
