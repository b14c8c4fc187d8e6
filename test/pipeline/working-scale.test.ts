import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { WorkingScale } from '../../src/pipeline/working-scale.js';

interface Change {
  readonly at: number;
  readonly scale: number;
}

/**
 * A camera of a rate under a model that takes so long for a full picture at a time, in virtual time: the newest
 * picture is taken whenever the model is free. What does not shrink with the picture comes on top.
 */
function simulate(seconds: number, fps: number, fullMs: (second: number) => number, fixedMs = 0): readonly Change[] {
  const working = new WorkingScale();
  const changes: Change[] = [];
  const everyMs = 1000 / fps;
  for (let now = 0; now < 1000 * seconds;) {
    const arrived = Math.ceil(now / everyMs) * everyMs;
    const tookMs = fixedMs + fullMs(now / 1000) * working.scale ** 2;
    now = Math.max(arrived, now) + tookMs;
    if (working.push({ at: now, tookMs, everyMs })) changes.push({ at: now / 1000, scale: working.scale });
  }
  return changes;
}

const scales = (changes: readonly Change[]): readonly number[] => changes.map(({ scale }) => scale);

suite('working scale', () => {
  test('a model that keeps up works at full size', () => {
    assert.deepEqual(
      simulate(600, 30, () => 25),
      [],
    );
  });

  test('one that does not goes down, step by step, within seconds, and stays where it holds the rate', () => {
    const changes = simulate(3600, 30, () => 60);
    assert.deepEqual(scales(changes), [0.75, 0.5]);
    assert.ok((changes.at(-1)?.at ?? Infinity) < 6);
    assert.deepEqual(scales(simulate(600, 30, () => 900)), [0.75, 0.5, 0.375]);
  });

  test('while the machine is loaded for a while it works smaller, and comes back afterwards', () => {
    const changes = simulate(120, 25, (second) => (second > 10 && second < 40 ? 70 : 20));
    assert.deepEqual(scales(changes), [0.75, 0.5, 0.75, 1]);
    assert.ok((changes[1]?.at ?? Infinity) < 17);
    assert.ok((changes[2]?.at ?? 0) > 50 && (changes[3]?.at ?? Infinity) < 75, JSON.stringify(changes));
  });

  test('where growing is a mistake again and again, it is tried ever more seldom', () => {
    // The cost seems small when small: at full size something else, such as memory, stands in the way.
    const working = new WorkingScale();
    let changes = 0;
    for (let now = 0; now < 3_600_000; now += 40) {
      const tookMs = working.scale === 1 ? 50 : 12;
      if (working.push({ at: now, tookMs, everyMs: 40 })) changes += 1;
    }
    assert.equal(working.scale, 0.75);
    assert.ok(changes > 4 && changes < 40, `${changes} changes in an hour`);
  });

  test('a stutter of a second changes nothing', () => {
    assert.deepEqual(
      simulate(60, 25, (second) => (second > 10 && second < 11 ? 60 : 20)),
      [],
    );
  });

  test('whatever model and camera, it settles, at a size that holds the rate if there is one', () => {
    const rate = fc.integer({ min: 5, max: 60 });
    const cost = fc.integer({ min: 1, max: 500 });
    fc.assert(
      fc.property(rate, cost, (fps, fullMs) => {
        const changes = simulate(300, fps, () => fullMs);
        assert.ok(changes.length <= 3, JSON.stringify(changes));
        const { scale } = changes.at(-1) ?? { scale: 1 };
        const busy = (side: number): number => (fullMs * side ** 2 * fps) / 1000;
        assert.ok(busy(scale) <= 0.9 || scale === 0.375);
        const [larger] = [1, 0.75, 0.5].filter((side) => side > scale).slice(-1);
        if (larger !== undefined) assert.ok(busy(larger) > 0.7);
      }),
      { numRuns: 60 },
    );
  });
});
