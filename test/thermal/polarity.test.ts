import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { polarityScore } from '../../src/thermal/polarity-evidence.js';
import { PolarityDetector } from '../../src/thermal/polarity.js';
import { inverted, noise, scene16, scene8 } from '../fakes/thermal-scene.js';

suite('polarity', () => {
  test('a picture and its inverse get opposite scores, whatever the picture', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), fc.nat(), (width, height, seed) => {
        const random = noise(seed);
        const values = Uint8Array.from({ length: width * height }, () => 256 * random());
        const picture = { values, size: { width, height } };
        const score = polarityScore(picture);
        assert.ok(Number.isFinite(score));
        assert.ok(Math.abs(score + polarityScore(inverted(picture))) < 1e-3);
      }),
      { numRuns: 50 },
    );
  });

  test('scenes with a cold sky and hot things are told at once, both ways', () => {
    for (let place = 1; place <= 8; place += 1) {
      const picture = scene8({ place });
      const white = new PolarityDetector('auto').push(picture, false);
      const black = new PolarityDetector('auto').push(inverted(picture), false);
      assert.deepEqual([white.polarity, white.final], ['white-hot', true]);
      assert.deepEqual([black.polarity, black.final], ['black-hot', true]);
      assert.ok(white.confidence > 0.7 && black.confidence > 0.7);
    }
  });

  test('a decision stays, whatever comes after it', () => {
    const detector = new PolarityDetector('auto');
    detector.push(scene8(), false);
    for (let moment = 0; moment < 30; moment += 1) {
      assert.equal(detector.push(inverted(scene8({ moment })), false).polarity, 'white-hot');
    }
  });

  test('without evidence white-hot is taken, and settled after a few frames', () => {
    const detector = new PolarityDetector('auto');
    const plain = { values: new Uint8Array(64 * 48).fill(90), size: { width: 64, height: 48 } };
    assert.deepEqual(detector.push(plain, false), { polarity: 'white-hot', confidence: 0.5, final: false });
    for (let i = 0; i < 10; i += 1) detector.push(plain, false);
    assert.equal(detector.decision.polarity, 'white-hot');
    assert.equal(detector.decision.final, true);
  });

  test('weak evidence of an unsure start adds up to black-hot, once', () => {
    const detector = new PolarityDetector('auto');
    const plain = { values: new Uint8Array(160 * 120).fill(90), size: { width: 160, height: 120 } };
    const said = [detector.push(plain, false).polarity];
    for (let moment = 1; moment < 20; moment += 1)
      said.push(detector.push(inverted(scene8({ moment })), false).polarity);
    const turn = said.indexOf('black-hot');
    assert.ok(turn > 1 && turn < 12);
    assert.ok(said.slice(turn).every((polarity) => polarity === 'black-hot'));
  });

  test('raw counts need far stronger evidence; radiometric ones settle it', () => {
    const raw = new PolarityDetector('auto');
    const upsideDown = scene16();
    upsideDown.values.reverse();
    assert.equal(raw.push(upsideDown, false).polarity, 'white-hot');
    assert.deepEqual(new PolarityDetector('auto').push(scene16(), true), {
      polarity: 'white-hot',
      confidence: 1,
      final: true,
    });
  });

  test('what the user says is not questioned', () => {
    assert.deepEqual(new PolarityDetector('black-hot').push(scene8(), false), {
      polarity: 'black-hot',
      confidence: 1,
      final: true,
    });
  });
});
