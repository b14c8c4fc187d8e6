import { Observable } from 'rxjs';
import type { Source, SourceInfo } from '../core/contracts.js';
import type { Frame } from '../core/frame.js';

/**
 * The frames of one connection as they arrive. It begins when subscribed to; unsubscribing ends it at any moment, even
 * while nothing comes. Frames are handed on at once: whoever takes them must be quick (see keepLatest).
 *
 * @param open connects; rejects with a DaylitError, and gives up when the signal is aborted
 * @param onOpen told what the source is, each time it is open
 */
export function connection(
  open: (signal: AbortSignal) => Promise<Source>,
  onOpen: (info: SourceInfo) => void = () => undefined,
): Observable<Frame> {
  return new Observable<Frame>((subscriber) => {
    const stop = new AbortController();
    const pump = async (): Promise<void> => {
      const source = await open(stop.signal);
      if (!subscriber.closed) onOpen(source.info);
      for await (const frame of source.frames(stop.signal)) {
        if (subscriber.closed) {
          frame.release();
          return;
        }
        subscriber.next(frame);
      }
    };
    pump().then(
      () => {
        subscriber.complete();
      },
      (thrown: unknown) => {
        subscriber.error(thrown);
      },
    );
    return () => {
      stop.abort();
    };
  });
}
