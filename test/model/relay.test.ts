import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { Relay, Runner, type Leg } from '../../src/model/relay.js';

const STEP = { reset: false, keep: true };

suite('relay', () => {
  test('the state goes from turn to turn', () => {
    const relay = new Relay(2);
    for (const value of [1, 2, 3]) {
      const runner = new Runner(relay.next(STEP));
      runner.begin();
      assert.equal(runner.state[1], value - 1);
      runner.state.fill(value);
      runner.end();
      runner.end();
    }
  });

  test('turns whose thread is gone are passed over, in whatever order one hears of their end', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 12 }), fc.infiniteStream(fc.nat()), (fails, order) => {
        const relay = new Relay(1);
        const legs = fails.map((failed) => ({ leg: relay.next(STEP), failed }));
        // Those that live take their turn when those before them are over; those that are lost are told of at any time.
        const pending = [...legs];
        const turnOf = ({ memory }: Leg): number => Atomics.load(new Int32Array(memory, 0, 1), 0);
        while (pending.length > 0) {
          const ready = pending.filter(({ leg, failed }) => failed || turnOf(leg) === leg.turn);
          const next = ready[(order.next().value as number) % ready.length] ?? assert.fail('everyone waits');
          pending.splice(pending.indexOf(next), 1);
          if (!next.failed) new Runner(next.leg).end();
          relay.ended(next.leg, next.failed);
        }
        const lastLeg = relay.next(STEP);
        assert.equal(turnOf(lastLeg), lastLeg.turn, 'the next frame need not wait');
      }),
    );
  });
});
