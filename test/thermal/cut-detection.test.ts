import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { CutDetector } from '../../src/thermal/cut-detection.js';
import { inverted, noise, scene16, scene8 } from '../fakes/thermal-scene.js';

suite('cut detection', () => {
  test('noise, drift and gain are no cut', () => {
    const detector = new CutDetector();
    detector.push(scene16({ moment: 1 }), 0);
    for (let moment = 2; moment < 20; moment += 1) {
      const { cut } = detector.push(
        scene16({ moment, level: 3000 + 40 * moment, range: 600 + 20 * moment, grain: 8 }),
        40,
      );
      assert.equal(cut, false);
    }
  });

  test('another place is a cut, of 8 bit too', () => {
    for (const scene of [scene16, scene8]) {
      const detector = new CutDetector();
      detector.push(scene({ place: 1 }), 0);
      assert.equal(detector.push(scene({ place: 2 }), 40).cut, true);
      assert.equal(detector.push(scene({ place: 2, moment: 2 }), 40).cut, false);
    }
  });

  test('another size is a cut', () => {
    const detector = new CutDetector();
    detector.push(scene16(), 0);
    assert.equal(detector.push(scene16({ width: 80, height: 20 }), 40).cut, true);
  });

  test('a long gap or a jump back in time is a cut, a calibration pause is not', () => {
    const detector = new CutDetector();
    for (let moment = 1; moment < 5; moment += 1) detector.push(scene16({ moment }), moment === 1 ? 0 : 110);
    assert.equal(detector.push(scene16({ moment: 5 }), 1600).cut, false);
    assert.equal(detector.push(scene16({ moment: 6 }), 60_000).cut, true);
    assert.equal(detector.push(scene16({ moment: 7 }), 110).cut, false);
    assert.equal(detector.push(scene16({ moment: 8 }), -500).cut, true);
  });

  test('slow sequences are not all gaps', () => {
    const detector = new CutDetector();
    for (let moment = 1; moment < 6; moment += 1) {
      const { cut } = detector.push(scene16({ moment }), moment === 1 ? 0 : 10_000);
      assert.equal(cut, moment === 1);
    }
  });

  test('a step of level is measured, a moving thing is none', () => {
    const detector = new CutDetector();
    detector.push(scene16({ moment: 1 }), 0);
    const { cut, levelShift } = detector.push(scene16({ moment: 2, level: 2969 }), 1600);
    assert.equal(cut, false);
    assert.ok(Math.abs(levelShift + 31) < 1.5);
    const moved = scene16({ moment: 3, level: 2969 });
    moved.values.fill(3500, 8000, 8800);
    assert.equal(detector.push(moved, 40).levelShift, 0);
  });

  test('a covered lens is not a cut at every frame', () => {
    const detector = new CutDetector();
    const random = noise(9);
    const covered = () => ({
      values: Uint16Array.from({ length: 160 * 120 }, () => 3000 + 10 * random()),
      size: { width: 160, height: 120 },
    });
    detector.push(covered(), 0);
    for (let i = 0; i < 10; i += 1) assert.equal(detector.push(covered(), 40).cut, false);
    assert.equal(detector.push(scene16(), 40).cut, true);
  });

  test('the inverse of a scene is alike, the other way round', () => {
    const detector = new CutDetector();
    detector.push(scene8({ moment: 1 }), 0);
    assert.ok(detector.push(inverted(scene8({ moment: 2 })), 40).likeness < -0.9);
  });
});
