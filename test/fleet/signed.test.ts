import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { z } from 'zod';
import { DaylitError } from '../../src/core/errors.js';
import { checkedKey, opened, sign } from '../../src/fleet/signed.js';

const KEY = 'k'.repeat(32);
const anything = z.unknown();

const code = (work: () => unknown): string => {
  try {
    work();
  } catch (thrown) {
    assert.ok(thrown instanceof DaylitError, String(thrown));
    return thrown.code;
  }
  return 'none';
};

suite('signed payloads', () => {
  test('say what was signed, whatever it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (payload) => {
        assert.deepEqual(
          opened(sign(payload, 'jobs', KEY), 'jobs', KEY, anything),
          JSON.parse(JSON.stringify(payload)),
        );
      }),
    );
  });

  test('are refused with one letter changed, by another key, and in another queue', () => {
    const signed = sign({ path: '/srv/a.mp4' }, 'jobs', KEY);
    const other = { ...signed, payload: signed.payload.replace('a.mp4', 'b.mp4') };
    assert.equal(
      code(() => opened(other, 'jobs', KEY, anything)),
      'JOB_REFUSED',
    );
    assert.equal(
      code(() => opened(signed, 'jobs', 'j'.repeat(32), anything)),
      'JOB_REFUSED',
    );
    assert.equal(
      code(() => opened(signed, 'cameras', KEY, anything)),
      'JOB_REFUSED',
    );
    assert.equal(
      code(() => opened(signed, 'jobs', KEY, z.strictObject({ other: z.string() }))),
      'JOB_REFUSED',
    );
  });

  test('fuzz: whatever lies in the queue, it is refused by its code', () => {
    const letters = fc.record({ payload: fc.string(), signature: fc.string() }, { requiredKeys: [] });
    fc.assert(
      fc.property(fc.oneof(fc.anything(), letters), (garbage) => {
        assert.equal(
          code(() => opened(garbage, 'jobs', KEY, anything)),
          'JOB_REFUSED',
        );
      }),
    );
  });

  test('a key that could be guessed is not taken', () => {
    assert.equal(
      code(() => checkedKey(undefined)),
      'OPTION_INVALID',
    );
    assert.equal(
      code(() => checkedKey('short')),
      'OPTION_INVALID',
    );
    assert.equal(checkedKey(KEY), KEY);
  });
});
