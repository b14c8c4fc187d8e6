import {
  concat,
  defer,
  identity,
  map,
  race,
  retry,
  throwError,
  timer,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import type { Clock } from '../core/clock.js';
import { DaylitError, type ErrorCode } from '../core/errors.js';
import { LIVE_TIME_BASE, type Frame } from '../core/frame.js';
import type { SourceChange } from '../core/states.js';
import { Backoff, type BackoffSettings } from './backoff.js';
import { MonotonicPts } from './monotonic-pts.js';

/** What does not mend by itself where it was so from the beginning, but does where there have been pictures before. */
const PASSES: readonly ErrorCode[] = ['STREAM_NOT_FOUND', 'INPUT_UNREADABLE', 'INPUT_EMPTY'];

/** How to go on when a connection is over. */
export interface ReconnectOptions {
  readonly backoff: BackoffSettings;
  readonly clock: Clock;
  readonly scheduler: SchedulerLike;
  /** From 0 to 1, for the jitter. */
  readonly random: () => number;
  /** Each value cuts the wait that is going on short. */
  readonly retryNow$: Observable<unknown>;
  /** Whether a source that ends well is over, as a recording is, or to be connected again, as a camera is. */
  readonly endIsEnd: boolean;
  readonly onState: (change: SourceChange) => void;
}

/**
 * One stream without end out of connections that have one.
 *
 * A connection that fails or ends is followed by the next after a wait: a growing one for what time may mend, a long
 * one for what it does not (`retryable` in the error table; nothing is decided by text). A stream that has been there
 * before is looked for as often as one that went: a server that starts again may not have it yet. A camera that is down at the
 * start is no different from one that goes down later. Frames leave with a rising `epoch` (one for each connection that
 * showed a picture), gapless `sequence` and times that only rise (see monotonic-pts.ts), in ticks of 1/90000 s.
 *
 * @param connect begins a connection when subscribed to, and ends it when unsubscribed from
 */
export function reconnect(connect: () => Observable<Frame>, options: ReconnectOptions): Observable<Frame> {
  const { clock, scheduler, retryNow$, endIsEnd, onState } = options;
  return defer(() => {
    const backoff = new Backoff(options.backoff, options.random);
    const times = new MonotonicPts();
    let sequence = 0;
    let epoch = -1;
    /** Since when the connection shows pictures. */
    let liveAt: number | undefined;
    const tell = (change: Omit<SourceChange, 'epoch'>): void => {
      onState({ epoch: Math.max(0, epoch), ...change });
    };
    const stamped = (frame: Frame): Frame => {
      if (liveAt === undefined) {
        liveAt = clock.now();
        epoch += 1;
        tell({ state: 'live', reason: 'pictures arrive' });
      }
      const pts = times.push({ ...frame, epoch });
      return { ...frame, pts, timeBase: LIVE_TIME_BASE, epoch, sequence: sequence++ };
    };
    const waited = (thrown: unknown): Observable<unknown> => {
      const { code, message, ...error } = DaylitError.from(thrown);
      const retryable = error.retryable || (epoch >= 0 && PASSES.includes(code));
      const about = { reason: message, code };
      if (code === 'STREAM_STALLED') tell({ state: 'stalled', ...about });
      const retryInMs = backoff.next(retryable, liveAt === undefined ? 0 : clock.now() - liveAt);
      liveAt = undefined;
      tell({ state: retryable ? 'reconnecting' : 'failed', ...about, attempt: backoff.failures, retryInMs });
      return race(timer(retryInMs, scheduler), retryNow$);
    };
    tell({ state: 'connecting', reason: 'started' });
    return defer(connect).pipe(endIsEnd ? identity : lostAtEnd, map(stamped), retry({ delay: waited }));
  });
}

/** A camera that ends its stream well has gone all the same. */
function lostAtEnd(frames$: Observable<Frame>): Observable<Frame> {
  return concat(
    frames$,
    throwError(() => new DaylitError('CONNECTION_LOST', 'the stream ended')),
  );
}
