import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { FreezeDetector } from '../../src/thermal/freeze-detection.js';
import { scene16, scene8 } from '../fakes/thermal-scene.js';

suite('freeze detection', () => {
  test('a repeated picture is a freeze, sensor noise is none', () => {
    for (const scene of [scene16, scene8]) {
      const detector = new FreezeDetector();
      const moments = [1, 2, 2, 2, 3, 4];
      assert.deepEqual(
        moments.map((moment) => detector.push(scene({ moment }))),
        [false, false, true, true, false, false],
      );
    }
  });

  test('so is one that differs by codec noise', () => {
    const detector = new FreezeDetector();
    const picture = scene8();
    detector.push(picture);
    const coded = { ...picture, values: picture.values.slice() };
    for (const i of [101, 5003, 9001]) coded.values[i] = (coded.values[i] ?? 0) + 2;
    assert.equal(detector.push(coded), true);
    coded.values[7] = 255 - (coded.values[7] ?? 0);
    assert.equal(detector.push(coded), false);
  });

  test('a still scene without noise in which something small moves is none', () => {
    const detector = new FreezeDetector();
    const still = scene8({ grain: 0 });
    detector.push(still);
    const moved = { ...still, values: still.values.slice() };
    moved.values[10_001] = (moved.values[10_001] ?? 0) ^ 0x40;
    assert.equal(detector.push(moved), false);
  });

  test('another size is none', () => {
    const detector = new FreezeDetector();
    const values = new Uint8Array(600);
    detector.push({ values, size: { width: 30, height: 20 } });
    assert.equal(detector.push({ values, size: { width: 20, height: 30 } }), false);
  });
});
