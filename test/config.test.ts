import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { parseJob } from '../src/config.js';
import { DaylitError } from '../src/core/errors.js';

const least = { input: ['a.mp4'], outputs: ['b.mp4'] };

suite('config', () => {
  test('defaults are filled in', () => {
    assert.deepEqual(parseJob(least), {
      ...least,
      references: [],
      device: 'auto',
      precision: 'auto',
      agc: 'auto',
      polarity: 'auto',
      inputPalette: 'auto',
      range: 'auto',
      sideBySide: false,
      overwrite: false,
      keepPartial: false,
    });
  });

  test('a size is read from text', () => {
    assert.deepEqual(parseJob({ ...least, size: '640x512' }).size, { width: 640, height: 512 });
  });

  test('what is wrong is named by its flag', () => {
    const cases: readonly (readonly [object, RegExp])[] = [
      [{ smoothing: 1.1 }, /--smoothing/],
      [{ smoothing: NaN }, /--smoothing/],
      [{ size: '640' }, /--size: must look like 640x512/],
      [{ size: '0x5' }, /--size/],
      [{ inputPalette: 'purple' }, /--input-palette/],
      [{ outputs: [''] }, /--output/],
      [{ threads: 1.5 }, /--threads/],
    ];
    for (const [wrong, message] of cases) {
      assert.throws(() => parseJob({ ...least, ...wrong }), { code: 'OPTION_INVALID', message });
    }
    assert.throws(() => parseJob({ ...least, colour: 'red' }), { code: 'OPTION_UNKNOWN', message: /colour/ });
  });

  test('anything at all is either a job or a coded error', () => {
    fc.assert(
      fc.property(fc.anything(), (input) => {
        try {
          parseJob(input);
        } catch (error) {
          assert.ok(error instanceof DaylitError);
        }
      }),
    );
  });
});
