import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { DaylitError } from '../../src/core/errors.js';
import { parseSyntheticAddress } from '../../src/sources/synthetic/address.js';

suite('synthetic address', () => {
  test('a bare scene gets the defaults', () => {
    assert.deepEqual(parseSyntheticAddress('synthetic:drone'), {
      scene: 'drone',
      size: { width: 640, height: 512 },
      frameRate: { numerator: 25, denominator: 1 },
      frames: 250,
      seed: 1,
      view: 'thermal',
      noise: 0.06,
      ffc: 0,
      cut: 0,
    });
  });

  test('every option is read', () => {
    const query = 'size=81x61&fps=30000/1001&frames=endless&seed=4294967295&view=daylight&noise=0.2&ffc=2.5&cut=3';
    assert.deepEqual(parseSyntheticAddress(`synthetic:street?${query}`), {
      scene: 'street',
      size: { width: 81, height: 61 },
      frameRate: { numerator: 30000, denominator: 1001 },
      frames: Infinity,
      seed: 4294967295,
      view: 'daylight',
      noise: 0.2,
      ffc: 2.5,
      cut: 3,
    });
  });

  test('decimal rates stay exact', () => {
    const { frameRate } = parseSyntheticAddress('synthetic:street?fps=29.97');
    assert.deepEqual(frameRate, { numerator: 2997, denominator: 100 });
  });

  for (const address of [
    'synthetic:',
    'synthetic:beach',
    'street',
    'synthetic:street?size=79x60',
    'synthetic:street?size=1281x1024',
    'synthetic:street?size=640',
    'synthetic:street?size=-640x512',
    'synthetic:street?fps=0',
    'synthetic:street?fps=25/0',
    'synthetic:street?fps=fast',
    'synthetic:street?fps=241',
    'synthetic:street?frames=0',
    'synthetic:street?frames=1.5',
    'synthetic:street?frames=forever',
    'synthetic:street?seed=-1',
    'synthetic:street?seed=4294967296',
    'synthetic:street?view=night',
    'synthetic:street?noise=9',
    'synthetic:street?ffc=0.5',
    'synthetic:street?cut=NaN',
    'synthetic:street?colour=1',
    'synthetic:street?=',
    'synthetic:street?__proto__=1',
  ]) {
    test(`${address} is refused`, () => {
      assert.throws(
        () => parseSyntheticAddress(address),
        (error) => error instanceof DaylitError && error.code === 'OPTION_INVALID',
      );
    });
  }
});
