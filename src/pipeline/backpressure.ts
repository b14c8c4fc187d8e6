import { Observable, Subject, type OperatorFunction } from 'rxjs';
import type { Frame } from '../core/frame.js';

/**
 * Delivery of files: nothing is lost and at most `room` frames are inside `through` at any time.
 *
 * Observables have no demand signal, so demand is explicit here: `through` gives one value for each frame, and only
 * when one has come out is the next frame pulled. Operators inside may therefore queue freely; they cannot pile up.
 *
 * @param until once aborted no further frame is pulled; those inside come out and the result completes.
 */
export function waitForRoom<T>(
  frames: AsyncIterable<Frame>,
  room: number,
  through: OperatorFunction<Frame, T>,
  until?: AbortSignal,
): Observable<T> {
  return new Observable<T>((subscriber) => {
    const iterator = frames[Symbol.asyncIterator]();
    const entering = new Subject<Frame>();
    let inside = 0;
    let pulling = false;
    const stopped = (): boolean => subscriber.closed || until?.aborted === true;

    const pull = async (): Promise<void> => {
      if (pulling) return;
      pulling = true;
      try {
        while (inside < room && !stopped()) {
          const next = await iterator.next();
          if (next.done === true) {
            entering.complete();
            return;
          }
          if (subscriber.closed) {
            next.value.release();
            return;
          }
          inside += 1;
          entering.next(next.value);
        }
        if (until?.aborted === true) entering.complete();
      } catch (error) {
        entering.error(error);
      } finally {
        pulling = false;
      }
    };

    subscriber.add(
      entering.pipe(through).subscribe({
        next: (value) => {
          inside -= 1;
          subscriber.next(value);
          void pull();
        },
        error: (error: unknown) => {
          subscriber.error(error);
        },
        complete: () => {
          subscriber.complete();
        },
      }),
    );
    const stop = (): void => void pull();
    until?.addEventListener('abort', stop);
    subscriber.add(() => {
      until?.removeEventListener('abort', stop);
      // The source may be gone already; whatever it still says concerns nobody.
      iterator.return?.().catch(() => undefined);
    });
    void pull();
  });
}

/**
 * Delivery of live pictures: the newest wins. While `through` is busy with `room` frames, one more is held; a newer
 * one takes its place, and the older is released and counted.
 *
 * @param onDrop told the number of frames dropped so far, at each drop.
 */
export function keepLatest<T>(
  frames$: Observable<Frame>,
  room: number,
  through: OperatorFunction<Frame, T>,
  onDrop: (dropped: number) => void,
): Observable<T> {
  return new Observable<T>((subscriber) => {
    const entering = new Subject<Frame>();
    let waiting: Frame | undefined;
    let inside = 0;
    let dropped = 0;
    let ended = false;

    const admit = (): void => {
      while (waiting !== undefined && inside < room) {
        const frame = waiting;
        waiting = undefined;
        inside += 1;
        entering.next(frame);
      }
      if (ended && waiting === undefined) entering.complete();
    };

    subscriber.add(
      entering.pipe(through).subscribe({
        next: (value) => {
          inside -= 1;
          subscriber.next(value);
          admit();
        },
        error: (error: unknown) => {
          subscriber.error(error);
        },
        complete: () => {
          subscriber.complete();
        },
      }),
    );
    subscriber.add(
      frames$.subscribe({
        next: (frame) => {
          if (waiting !== undefined) {
            waiting.release();
            dropped += 1;
            onDrop(dropped);
          }
          waiting = frame;
          admit();
        },
        error: (error: unknown) => {
          entering.error(error);
        },
        complete: () => {
          ended = true;
          admit();
        },
      }),
    );
    subscriber.add(() => {
      waiting?.release();
    });
  });
}
