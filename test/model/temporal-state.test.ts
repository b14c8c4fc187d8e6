import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { TemporalState, type Moment } from '../../src/model/temporal-state.js';

const still: Moment = { size: { width: 8, height: 8 }, epoch: 0, seconds: 0, cut: false, frozen: false };

/** What is decided for each of a row of moments. */
function decide(...moments: Partial<Moment>[]): string[] {
  const state = new TemporalState();
  return moments.map((moment) => {
    const { reset, keep } = state.next({ ...still, ...moment });
    return `${reset ? 'reset' : 'carry'} ${keep ? 'keep' : 'hold'}`;
  });
}

suite('temporal state', () => {
  test('starts empty and is carried on', () => {
    assert.deepEqual(decide({}, { seconds: 0.04 }, { seconds: 0.08 }), ['reset keep', 'carry keep', 'carry keep']);
  });

  test('is forgotten on a cut, another size, another connection', () => {
    assert.deepEqual(decide({}, { cut: true }, {}), ['reset keep', 'reset keep', 'carry keep']);
    assert.deepEqual(decide({}, { size: { width: 8, height: 9 } }), ['reset keep', 'reset keep']);
    assert.deepEqual(decide({}, { epoch: 1 }, { epoch: 1 }), ['reset keep', 'reset keep', 'carry keep']);
  });

  test('is forgotten over a gap or a step back in time, not over an FFC', () => {
    assert.deepEqual(decide({}, { seconds: 1.6 }), ['reset keep', 'carry keep']);
    assert.deepEqual(decide({}, { seconds: 2.5 }), ['reset keep', 'reset keep']);
    assert.deepEqual(decide({ seconds: 5 }, { seconds: 4.9 }), ['reset keep', 'reset keep']);
    assert.deepEqual(decide({}, { seconds: NaN }), ['reset keep', 'reset keep']);
  });

  test('is forgotten when told so', () => {
    const state = new TemporalState();
    state.next(still);
    state.forget();
    assert.equal(state.next(still).reset, true);
    assert.equal(state.next(still).reset, false);
  });

  test('is held while the picture is frozen', () => {
    const frozen = { frozen: true };
    assert.deepEqual(decide({}, frozen, frozen, {}), ['reset keep', 'carry hold', 'carry hold', 'carry keep']);
  });

  test('a frozen picture never begins a state', () => {
    const frozen = { frozen: true };
    assert.deepEqual(decide(frozen, {}, {}), ['reset hold', 'reset keep', 'carry keep']);
    assert.deepEqual(decide({}, { frozen: true, cut: true }, {}), ['reset keep', 'reset hold', 'reset keep']);
  });

  test('a freeze longer than a gap is no gap', () => {
    const moments = [0, 1, 2, 3, 4].map((seconds) => ({ seconds, frozen: seconds > 0 && seconds < 4 }));
    assert.equal(decide(...moments).at(-1), 'carry keep');
  });
});
