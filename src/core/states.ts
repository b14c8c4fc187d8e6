import type { ErrorCode } from './errors.js';

/**
 * Where the source or an output of a running stream stands.
 *
 * `connecting`: for the first time; `live`: pictures flow; `frozen`: the camera repeats its picture (it calibrates its
 * shutter), which is no reason to connect again; `stalled`: the connection stands but no picture comes;
 * `reconnecting`: waits and tries again; `failed`: for a reason that time alone does not mend, tries again late;
 * `ended`: it is over, as it should be.
 */
export type StreamState = 'connecting' | 'live' | 'frozen' | 'stalled' | 'reconnecting' | 'failed' | 'ended';

/** A change of state and why. */
export interface StateChange {
  /** Whose: `source`, or an output's address without credentials. */
  readonly of: string;
  readonly state: StreamState;
  /** One plain sentence without its full stop, or an error's message. */
  readonly reason: string;
  readonly code?: ErrorCode;
  /** Of the source: how many connections that showed pictures came before. */
  readonly epoch?: number;
  /** Which try in a row will be next, and in how many milliseconds. */
  readonly attempt?: number;
  readonly retryInMs?: number;
}

/** A change of the source's, by those who know no other. */
export type SourceChange = Omit<StateChange, 'of'>;

/** Told of every change; must not throw. */
export type OnState = (change: StateChange) => void;
