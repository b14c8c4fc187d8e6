import { Observable, type MonoTypeOperatorFunction, type SchedulerAction, type SchedulerLike } from 'rxjs';
import type { Clock } from '../core/clock.js';
import { DaylitError } from '../core/errors.js';
import type { Frame } from '../core/frame.js';

/** How many times its usual pause a slow camera may take. */
const PATIENCE = 5;
/** Pauses that are remembered; the shortest counts, so that a single long one changes nothing. */
const REMEMBERED = 4;

/** How long a stream may show nothing, in milliseconds. */
export interface WatchLimits {
  /** From the beginning of a connection to the first decoded picture: a handshake takes longer than a pause. */
  readonly firstFrameMs: number;
  /** Between pictures; a camera that is slower than that anyway gets five times its usual pause. */
  readonly betweenFramesMs: number;
}

/**
 * Fails with STREAM_STALLED when no decoded picture has come for too long, so that no stream ever stalls silently.
 * Pictures count as life even when they repeat: a camera that calibrates its shutter is frozen, not stalled.
 *
 * Unsubscribes from the source when it fails, which ends its connection.
 */
export function watchdog(
  limits: WatchLimits,
  { clock, scheduler }: { readonly clock: Clock; readonly scheduler: SchedulerLike },
): MonoTypeOperatorFunction<Frame> {
  return (frames$) =>
    new Observable<Frame>((subscriber) => {
      let lastAt = clock.now();
      const pauses: number[] = [];
      let begun = false;
      const allowed = (): number =>
        begun ? Math.max(limits.betweenFramesMs, PATIENCE * usualPause(pauses)) : limits.firstFrameMs;
      // One timer that looks how late it is, rather than one for each picture.
      const look = function (this: SchedulerAction<undefined>): void {
        const left = lastAt + allowed() - clock.now();
        if (left > 0) this.schedule(undefined, left);
        else subscriber.error(stalled(begun, allowed()));
      };
      let timer = scheduler.schedule(look, limits.firstFrameMs);
      subscriber.add(() => {
        timer.unsubscribe();
      });
      subscriber.add(
        frames$.subscribe({
          next: (frame) => {
            const now = clock.now();
            if (begun) pauses.push(now - lastAt);
            if (pauses.length > REMEMBERED) pauses.shift();
            lastAt = now;
            if (!begun) {
              begun = true;
              timer.unsubscribe();
              timer = scheduler.schedule(look, allowed());
            }
            subscriber.next(frame);
          },
          error: (thrown: unknown) => {
            subscriber.error(thrown);
          },
          complete: () => {
            subscriber.complete();
          },
        }),
      );
    });
}

function usualPause(pauses: readonly number[]): number {
  return pauses.length < REMEMBERED ? 0 : Math.min(...pauses);
}

function stalled(begun: boolean, allowedMs: number): DaylitError {
  const seconds = (allowedMs / 1000).toFixed(1);
  return new DaylitError('STREAM_STALLED', begun ? `none for ${seconds} s` : `none within ${seconds} s of connecting`);
}
