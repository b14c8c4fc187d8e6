import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { NEVER, Subject, delay, lastValueFrom, map, mergeMap, of, throwError, toArray } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import type { Frame } from '../../src/core/frame.js';
import { keepLatest, waitForRoom } from '../../src/pipeline/backpressure.js';
import { inOrder } from '../../src/pipeline/in-order.js';
import { greyFrame, type TestFrame } from '../fakes/frames.js';

async function* counted(total: number, pulled: { count: number; returned: boolean }): AsyncGenerator<Frame> {
  try {
    for (let sequence = 0; sequence < total; sequence++) {
      pulled.count += 1;
      await Promise.resolve();
      yield greyFrame(sequence);
    }
  } finally {
    pulled.returned = true;
  }
}

suite('waitForRoom', () => {
  test('gives every frame, in order, and never holds more than its room', async () => {
    const pulled = { count: 0, returned: false };
    let out = 0;
    let most = 0;
    const slow = inOrder(async (frame: Frame) => {
      most = Math.max(most, pulled.count - out);
      for (let turn = 0; turn < frame.sequence % 7; turn++) await new Promise(setImmediate);
      return frame.sequence;
    });
    const sequences = await lastValueFrom(
      waitForRoom(counted(50, pulled), 3, (frames$) =>
        frames$.pipe(
          slow,
          map((sequence) => {
            out += 1;
            return sequence;
          }),
        ),
      ).pipe(toArray()),
    );
    assert.deepEqual(
      sequences,
      Array.from({ length: 50 }, (_, index) => index),
    );
    assert.ok(most > 1 && most <= 3, `held ${most}`);
    assert.ok(pulled.returned);
  });

  test('pulls nothing more once stopped, and still gives what is inside', async () => {
    const pulled = { count: 0, returned: false };
    const stop = new AbortController();
    const sequences = await lastValueFrom(
      waitForRoom(
        counted(1000, pulled),
        4,
        inOrder(async (frame) => {
          if (frame.sequence === 10) stop.abort();
          await new Promise(setImmediate);
          return frame.sequence;
        }),
        stop.signal,
      ).pipe(toArray()),
    );
    await new Promise(setImmediate);
    assert.equal(sequences.length, pulled.count);
    assert.ok(sequences.length >= 11 && sequences.length <= 15, `${sequences.length} frames`);
    assert.ok(pulled.returned);
  });

  test('ends the source when the taker leaves or a step fails', async () => {
    const left = { count: 0, returned: false };
    waitForRoom(
      counted(10, left),
      2,
      map((frame) => frame.sequence),
    )
      .subscribe()
      .unsubscribe();
    await new Promise(setImmediate);
    assert.ok(left.returned);

    const failed = { count: 0, returned: false };
    const broken$ = waitForRoom(
      counted(10, failed),
      2,
      mergeMap(() => throwError(() => new Error('step'))),
    );
    await assert.rejects(lastValueFrom(broken$), /step/);
    await new Promise(setImmediate);
    assert.ok(failed.returned);
  });

  test('passes an error of the source on', async () => {
    async function* failing(): AsyncGenerator<Frame> {
      yield greyFrame(0);
      await Promise.resolve();
      throw new Error('source');
    }
    await assert.rejects(
      lastValueFrom(
        waitForRoom(
          failing(),
          2,
          map((frame) => frame.sequence),
        ),
      ),
      /source/,
    );
  });
});

suite('keepLatest', () => {
  test('the newest frame waits; older ones are released and counted', () => {
    const scheduler = new TestScheduler((actual, expected) => {
      assert.deepEqual(actual, expected);
    });
    const frames: Record<string, TestFrame> = {};
    for (const name of 'abcdef') frames[name] = greyFrame(name.charCodeAt(0));
    const drops: number[] = [];
    scheduler.run(({ hot, expectObservable, expectSubscriptions }) => {
      const camera$ = hot<Frame>('  abc-def-----|', frames);
      const shown$ = keepLatest(
        camera$,
        1,
        mergeMap((frame) => of(String.fromCharCode(frame.sequence)).pipe(delay(4))),
        (dropped) => drops.push(dropped),
      );
      expectObservable(shown$).toBe('----a---d---(f|)');
      expectSubscriptions(camera$.subscriptions).toBe('^-----------!');
    });
    assert.deepEqual(drops, [1, 2, 3]);
    assert.deepEqual(
      Object.entries(frames).map(([name, frame]) => [name, frame.released()]),
      [
        ['a', 0],
        ['b', 1],
        ['c', 1],
        ['d', 0],
        ['e', 1],
        ['f', 0],
      ],
    );
  });

  test('what waits is released when the taker leaves', () => {
    const camera$ = new Subject<Frame>();
    const [inside, waiting] = [greyFrame(0), greyFrame(1)];
    const taken = keepLatest(
      camera$,
      1,
      mergeMap(() => NEVER),
      () => undefined,
    ).subscribe();
    camera$.next(inside);
    camera$.next(waiting);
    taken.unsubscribe();
    assert.deepEqual([inside.released(), waiting.released()], [0, 1]);
  });
});
