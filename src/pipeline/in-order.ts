import { concatMap, map, pipe, type OperatorFunction } from 'rxjs';

/**
 * Maps through an asynchronous step that may work on several values at once; results come out in the order of the
 * values. How many are under way is bounded by whoever feeds it (see backpressure.ts).
 */
export function inOrder<A, B>(step: (value: A) => Promise<B>): OperatorFunction<A, B> {
  return pipe(
    map((value: A) => {
      const result = step(value);
      // A failure is reported when its turn comes; until then it must not count as unhandled.
      result.catch(() => undefined);
      return result;
    }),
    concatMap((result) => result),
  );
}
