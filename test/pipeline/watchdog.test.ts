import { suite, test } from 'node:test';
import { ignoreElements, map, repeat } from 'rxjs';
import { DaylitError } from '../../src/core/errors.js';
import { watchdog } from '../../src/pipeline/watchdog.js';
import { greyFrame } from '../fakes/frames.js';
import { inVirtualTime } from '../fakes/virtual-time.js';

const limits = { firstFrameMs: 15_000, betweenFramesMs: 4000 };
const frames = { a: greyFrame(0), b: greyFrame(1), f: greyFrame(2, { width: 4, height: 2 }, { frozen: true }) };
const stalled = new DaylitError('STREAM_STALLED', 'none for 4.0 s');

suite('watchdog', () => {
  test('a first picture has longer than the next, and the source is let go', () => {
    inVirtualTime(({ cold, expectObservable, expectSubscriptions }, time) => {
      const source$ = cold('14s a 3999ms b', frames);
      expectObservable(source$.pipe(watchdog(limits, time))).toBe('14s a 3999ms b 3999ms #', frames, stalled);
      expectSubscriptions(source$.subscriptions).toBe('^ 21999ms !');
    });
  });

  test('no first picture in time', () => {
    inVirtualTime(({ cold, expectObservable, expectSubscriptions }, time) => {
      const source$ = cold('-');
      const error = new DaylitError('STREAM_STALLED', 'none within 15.0 s of connecting');
      expectObservable(
        source$.pipe(
          map(() => greyFrame(0)),
          watchdog(limits, time),
        ),
      ).toBe('15s #', {}, error);
      expectSubscriptions(source$.subscriptions).toBe('^ 14999ms !');
    });
  });

  test('a silence right after the first picture is not measured by the longer limit', () => {
    inVirtualTime(({ cold, expectObservable }, time) => {
      expectObservable(cold('1s a', frames).pipe(watchdog(limits, time))).toBe('1s a 3999ms #', frames, stalled);
    });
  });

  test('a slow camera gets five of its pauses, once it is known to be slow', () => {
    inVirtualTime(({ cold, expectObservable }, time) => {
      const error = new DaylitError('STREAM_STALLED', 'none for 10.0 s');
      const slow = 'a 1999ms b 1999ms a 1999ms b 1999ms a';
      expectObservable(cold(slow, frames).pipe(watchdog(limits, time))).toBe(`${slow} 9999ms #`, frames, error);
    });
  });

  test('a single long pause makes it no more patient', () => {
    inVirtualTime(({ cold, expectObservable }, time) => {
      const script = 'a 39ms b 39ms a 39ms b 3s a 39ms b';
      expectObservable(cold(script, frames).pipe(watchdog(limits, time))).toBe(`${script} 3999ms #`, frames, stalled);
    });
  });

  test('repeated pictures are life, for as long as they come', () => {
    inVirtualTime(({ cold, expectObservable }, time) => {
      const minutes$ = cold('f 39ms |', frames).pipe(repeat(4500), watchdog(limits, time));
      expectObservable(minutes$.pipe(ignoreElements())).toBe('180s |');
    });
  });

  test('an end and an error pass, and no timer is left', () => {
    inVirtualTime(({ cold, expectObservable }, time) => {
      expectObservable(cold('a|', frames).pipe(watchdog(limits, time))).toBe('a|', frames);
      expectObservable(cold('a#', frames).pipe(watchdog(limits, time))).toBe('a#', frames);
    });
  });
});
