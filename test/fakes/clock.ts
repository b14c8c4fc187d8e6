import type { Clock } from '../../src/core/clock.js';

/** A clock that moves only when told to. */
export class TestClock implements Clock {
  #now = 0;

  now(): number {
    return this.#now;
  }

  advance(milliseconds: number): void {
    this.#now += milliseconds;
  }
}
