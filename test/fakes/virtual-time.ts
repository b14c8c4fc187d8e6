import assert from 'node:assert/strict';
import { TestScheduler, type RunHelpers } from 'rxjs/testing';
import type { Clock } from '../../src/core/clock.js';

/** Runs marbles in virtual time, with the clock that goes with it: minutes cost nothing. */
export function inVirtualTime(
  script: (helpers: RunHelpers, time: { scheduler: TestScheduler; clock: Clock }) => void,
): void {
  const scheduler = new TestScheduler((actual, expected) => {
    assert.deepEqual(actual, expected);
  });
  scheduler.run((helpers) => {
    script(helpers, { scheduler, clock: { now: () => scheduler.now() } });
  });
}
