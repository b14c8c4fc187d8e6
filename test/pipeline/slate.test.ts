import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { map } from 'rxjs';
import { BufferPool } from '../../src/core/buffer-pool.js';
import { LIVE_TIME_BASE, type ColourFrame } from '../../src/core/frame.js';
import { drawBanner } from '../../src/pipeline/banner.js';
import { Slate, slateTimes } from '../../src/pipeline/slate.js';
import { TestClock } from '../fakes/clock.js';
import { greyFrame, inRed, type TestFrame } from '../fakes/frames.js';
import { inVirtualTime } from '../fakes/virtual-time.js';

const SIZE = { width: 120, height: 40 };
const states = {
  c: 'connecting',
  l: 'live',
  f: 'frozen',
  s: 'stalled',
  r: 'reconnecting',
  b: 'failed',
  e: 'ended',
} as const;

/** A red frame of some time, as it comes out of the colorizer. */
function coloured(grey: TestFrame, milliseconds: number): ColourFrame {
  return { ...inRed(grey), pts: milliseconds * 90, timeBase: LIVE_TIME_BASE, arrivedAt: milliseconds };
}

suite('slate', () => {
  test('is due five times a second, while the source shows nothing, until it ends', () => {
    inVirtualTime(({ hot, expectObservable }, { scheduler }) => {
      const state$ = hot('l 999ms f 999ms s 399ms r 599ms l 999ms b 499ms e 999ms l', states);
      const due$ = slateTimes(state$, scheduler).pipe(map(() => 'x'));
      expectObservable(due$).toBe('2200ms x 199ms x 199ms x 199ms x 1399ms x 199ms x');
    });
  });

  test('its times go on where the last picture was, and the next picture comes after it', () => {
    const clock = new TestClock();
    const slate = new Slate(new BufferPool(), clock);
    assert.equal(slate.next(), undefined);
    const frames = [greyFrame(200, SIZE), greyFrame(1, SIZE), greyFrame(2, SIZE)];
    const [first, second, third] = frames as [TestFrame, TestFrame, TestFrame];
    clock.advance(1000);
    const shown = slate.pass(coloured(first, 1000));
    assert.equal(shown.pts, 90_000);
    shown.release();
    assert.equal(first.released(), 0, 'the slate still needs it');
    clock.advance(3000);
    const [one, two] = [slate.next(), slate.next()];
    assert.deepEqual([one?.pts, two?.pts, one?.marks.slate, one?.arrivedAt], [360_000, 360_001, true, 4000]);
    // Arrived before the slate was shown, coloured after it.
    const next = slate.pass(coloured(second, 3999));
    assert.deepEqual([next.pts, next.marks.slate], [360_002, undefined]);
    assert.equal(first.released(), 1);
    next.release();
    assert.equal(slate.pass(coloured(third, 4100)).pts, 369_000);
    slate.close();
    assert.deepEqual([second.released(), third.released()], [1, 0]);
  });

  test('shows the last picture dimmed, in colour and thermal alike, and leaves the picture itself alone', () => {
    const clock = new TestClock();
    const slate = new Slate(new BufferPool(), clock);
    const grey = greyFrame(200, SIZE);
    slate.pass(coloured(grey, 0)).release();
    clock.advance(3_661_000);
    const picture = slate.next();
    assert.deepEqual([...(picture?.pixels.slice(-3) ?? [])], [100, 0, 0]);
    assert.equal(picture?.thermal.at(-1), 100);
    const expected = new Uint8Array(SIZE.width * SIZE.height);
    drawBanner(grey.pixels, expected, SIZE, 1, 'NO SIGNAL 01:01:01');
    assert.deepEqual(picture.thermal, expected);
    assert.ok(expected.includes(255));
    assert.ok(grey.pixels.every((value) => value === 200));
  });

  test('a picture too small for the words is drawn as far as it goes', () => {
    for (const size of [
      { width: 1, height: 1 },
      { width: 7, height: 3 },
      { width: 40, height: 9 },
    ]) {
      const pixels = new Uint8Array(size.width * size.height * 3).fill(90);
      const drawn = new Uint8Array(pixels.length);
      drawBanner(pixels, drawn, size, 3, 'NO SIGNAL 00:00');
      assert.ok(drawn.every((value) => value < 90 || value === 255));
    }
  });
});
