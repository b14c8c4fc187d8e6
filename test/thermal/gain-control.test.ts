import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import type { Moment } from '../../src/thermal/damping.js';
import { AGC_KINDS, createGainControl, type AgcKind } from '../../src/thermal/gain-control.js';
import type { GainControl } from '../../src/thermal/gain.js';
import type { Picture } from '../../src/thermal/picture.js';
import { scene16, scene8 } from '../fakes/thermal-scene.js';

const FIRST: Moment = { elapsedMs: 0, fresh: true, held: false, levelShift: 0 };
const NEXT: Moment = { elapsedMs: 40, fresh: false, held: false, levelShift: 0 };

function push(gain: GainControl, picture: Picture, moment: Moment): Uint8Array {
  const out = new Uint8Array(picture.values.length);
  gain.measure(picture, moment);
  gain.render(picture, false, out);
  return out;
}

function largestDifference(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - (b[i] ?? 0))), 0);
}

const mean = (values: Uint8Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const stretching: AgcKind[] = ['auto', 'percentile', 'plateau', 'linear'];

suite('gain control', () => {
  for (const kind of stretching) {
    test(`${kind}: fills the grey range from a 16-bit scene`, () => {
      const out = push(createGainControl(kind), scene16(), FIRST);
      assert.ok(Math.min(...out) < 12 && Math.max(...out) > 240);
    });

    test(`${kind}: on a still scene no grey level moves by a whole level from frame to frame`, () => {
      const gain = createGainControl(kind);
      const still = scene16({ grain: 0 });
      let before = push(gain, scene16({ moment: 1 }), FIRST);
      gain.render(still, false, before);
      for (let moment = 2; moment < 12; moment += 1) {
        gain.measure(scene16({ moment, grain: 3 }), NEXT);
        const after = new Uint8Array(before.length);
        gain.render(still, false, after);
        assert.ok(largestDifference(before, after) <= 1);
        assert.ok(Math.abs(mean(before) - mean(after)) < 1);
        before = after;
      }
    });

    test(`${kind}: a hot thing that comes in does not flash the rest`, () => {
      const gain = createGainControl(kind);
      const still = scene16({ grain: 0 });
      let before = push(gain, still, FIRST);
      const hot = { ...still, values: still.values.map((value, i) => (i < 2500 ? value + 2000 : value)) };
      for (let i = 0; i < 5; i += 1) {
        gain.measure(hot, NEXT);
        const after = new Uint8Array(before.length);
        gain.render(still, false, after);
        assert.ok(largestDifference(before, after) <= 1);
        before = after;
      }
      for (let i = 0; i < 200; i += 1) gain.measure(hot, NEXT);
      const settled = new Uint8Array(before.length);
      gain.render(still, false, settled);
      assert.ok(mean(settled) < mean(before) - 5, 'in the end the range has followed');
    });

    test(`${kind}: a level step that is named is bridged`, () => {
      const gain = createGainControl(kind);
      const before = push(gain, scene16({ grain: 0 }), FIRST);
      const after = push(gain, scene16({ grain: 0, level: 3000 - 310 }), { ...NEXT, levelShift: -310 });
      assert.ok(largestDifference(before, after) <= 2);
    });

    test(`${kind}: damped curves stay monotonic through any changes of scene`, () => {
      const ramp = { values: Uint16Array.from({ length: 65536 }, (_, i) => i), size: { width: 256, height: 256 } };
      const change = fc.record({
        level: fc.integer({ min: 0, max: 50_000 }),
        range: fc.integer({ min: 1, max: 9000 }),
        elapsedMs: fc.integer({ min: 0, max: 3000 }),
        levelShift: fc.integer({ min: -4000, max: 4000 }),
      });
      fc.assert(
        fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
          const gain = createGainControl(kind);
          gain.measure(scene16({ width: 32, height: 24 }), FIRST);
          for (const { level, range, ...moment } of changes) {
            gain.measure(scene16({ width: 32, height: 24, level, range }), { ...NEXT, ...moment });
          }
          const out = new Uint8Array(65536);
          gain.render(ramp, false, out);
          return out.every((grey, i) => i === 0 || grey >= (out[i - 1] ?? 0));
        }),
        { numRuns: 12 },
      );
    });
  }

  test('a moved range takes its contrast along instead of leaving flat steps', () => {
    const gain = createGainControl('percentile');
    push(gain, scene16({ grain: 0 }), FIRST);
    for (let i = 1; i <= 120; i += 1)
      gain.measure(scene16({ width: 64, height: 48, grain: 0, level: 3000 + 2 * i }), NEXT);
    const out = new Uint8Array(160 * 120);
    gain.render(scene16({ grain: 0, level: 3240 }), false, out);
    const levels = new Set(out);
    assert.ok(levels.size > 60, `${levels.size} grey levels left`);
  });

  test('a frozen picture holds the gain', () => {
    const gain = createGainControl('percentile');
    const before = push(gain, scene16(), FIRST);
    gain.measure(scene16({ level: 9000 }), { ...NEXT, elapsedMs: 5000, held: true });
    const after = new Uint8Array(before.length);
    gain.render(scene16(), false, after);
    assert.deepEqual(after, before);
  });

  test('a cut forgets the past', () => {
    const gain = createGainControl('auto');
    push(gain, scene16(), FIRST);
    const other = scene16({ place: 5, level: 20_000, range: 4000 });
    assert.deepEqual(push(gain, other, { ...NEXT, fresh: true }), push(createGainControl('auto'), other, FIRST));
  });

  test('8 bit is left alone by auto and none, and spread where its range is mostly empty', () => {
    const full = scene8();
    const gain = createGainControl('auto');
    gain.measure(full, FIRST);
    assert.equal(gain.unchanged, true);
    assert.deepEqual(push(createGainControl('none'), full, FIRST), full.values);
    const dark = { ...full, values: full.values.map((value) => value >> 2) };
    const out = push(gain, dark, FIRST);
    assert.equal(gain.unchanged, false);
    assert.equal(gain.doing, 'spread');
    assert.ok(mean(out) > 2 * mean(dark.values));
  });

  test('none shows a 16-bit container whole', () => {
    const picture = { values: Uint16Array.of(0, 32768, 65535), size: { width: 3, height: 1 } };
    assert.deepEqual([...push(createGainControl('none'), picture, FIRST)], [0, 128, 255]);
  });

  test('every kind inverts exactly, in place too', () => {
    for (const kind of AGC_KINDS) {
      for (const picture of [scene16(), scene8()]) {
        const gain = createGainControl(kind);
        const plain = push(gain, picture, FIRST);
        const turned = picture.values instanceof Uint8Array ? picture.values.slice() : new Uint8Array(plain.length);
        gain.render(picture.values instanceof Uint8Array ? { ...picture, values: turned } : picture, true, turned);
        assert.deepEqual(
          turned,
          plain.map((grey) => 255 - grey),
          kind,
        );
      }
    }
  });

  test('clahe brings out local contrast that a plain stretch hides, in tiny pictures too', () => {
    const { size, values } = scene16({ grain: 0 });
    const faint = { size, values: values.map((value, i) => value + (i % 160 < 40 && i > 9600 ? (i % 2) * 12 : 0)) };
    const contrast = (out: Uint8Array): number => Math.abs((out[12_001] ?? 0) - (out[12_000] ?? 0));
    assert.ok(
      contrast(push(createGainControl('clahe'), faint, FIRST)) >=
        contrast(push(createGainControl('percentile'), faint, FIRST)),
    );
    assert.equal(push(createGainControl('clahe'), scene16({ width: 5, height: 3 }), FIRST).length, 15);
  });
});
