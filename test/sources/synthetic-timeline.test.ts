import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { FREEZE_SECONDS, Timeline } from '../../src/sources/synthetic/timeline.js';

const at = (rate: number, ffc: number, cut = 0): Timeline =>
  new Timeline({ frameRate: { numerator: rate, denominator: 1 }, ffc, cut });

suite('synthetic timeline', () => {
  test('an FFC holds the frame before it for half a second, then the picture goes on', () => {
    const timeline = at(10, 2);
    const shown = Array.from({ length: 28 }, (_, frame) => timeline.shownAt(frame));
    const expected = Array.from({ length: 28 }, (_, frame) => (frame >= 20 && frame < 25 ? 19 : frame));
    assert.deepEqual(shown, expected);
  });

  test('without FFC every frame shows itself', () => {
    for (let frame = 0; frame < 500; frame += 1) assert.equal(at(25, 0).shownAt(frame), frame);
  });

  test('cuts change the place at exact multiples', () => {
    const timeline = at(10, 0, 1.5);
    const places = Array.from({ length: 46 }, (_, frame) => timeline.placeAt(timeline.secondsAt(frame)));
    assert.deepEqual(
      places,
      Array.from({ length: 46 }, (_, frame) => Math.floor(frame / 15)),
    );
  });

  test('whatever the rate, a frame is held only within a freeze and only by one just before it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60000 }),
        fc.integer({ min: 1, max: 1001 }),
        fc.integer({ min: 1, max: 30 }),
        fc.nat(20000),
        (numerator, denominator, ffc, frame) => {
          // Slower than this, a freeze may follow a freeze without a frame between.
          fc.pre(numerator >= 4 * denominator && numerator <= 240 * denominator);
          const timeline = new Timeline({ frameRate: { numerator, denominator }, ffc, cut: 0 });
          const shown = timeline.shownAt(frame);
          if (shown === frame) return;
          const seconds = timeline.secondsAt(frame);
          const began = Math.floor(seconds / ffc + 1e-9) * ffc;
          assert.ok(began > 0 && seconds - began < FREEZE_SECONDS);
          assert.ok(timeline.secondsAt(shown) < began);
          assert.ok(timeline.secondsAt(shown + 1) >= began - 1e-6);
          assert.equal(timeline.shownAt(shown), shown);
        },
      ),
    );
  });
});
