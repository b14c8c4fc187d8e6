import assert from 'node:assert/strict';
import { suite, test, type TestContext } from 'node:test';
import { Lease, LEASE_MS, type Renewal } from '../../src/fleet/lease.js';
import { TestClock } from '../fakes/clock.js';

function leaseThat(
  t: TestContext,
  renew: () => Promise<Renewal>,
): { lease: Lease; clock: TestClock; lost: () => number } {
  const clock = new TestClock();
  let lost = 0;
  const lease = new Lease(renew, () => (lost += 1), clock);
  t.after(() => {
    lease.end();
  });
  return { lease, clock, lost: () => lost };
}

suite('a lease', () => {
  test('holds as long as it is renewed', async (t) => {
    const { lease, clock, lost } = leaseThat(t, () => Promise.resolve('held'));
    for (let n = 0; n < 5; n += 1) {
      clock.advance(LEASE_MS - 1);
      assert.equal(lease.mayShow(), true);
      await lease.check();
    }
    assert.equal(lost(), 0);
  });

  test('that stood still shows nothing until Redis has answered, and nothing more if it is another’s', async (t) => {
    const answers: ((renewal: Renewal) => void)[] = [];
    const { lease, clock, lost } = leaseThat(t, () => new Promise((resolve) => answers.push(resolve)));
    clock.advance(LEASE_MS);
    assert.equal(lease.mayShow(), false);
    assert.equal(answers.length, 1, 'it asks at once');
    assert.equal(lease.mayShow(), false, 'and asks once');
    assert.equal(answers.length, 1);
    answers[0]?.('lost');
    await new Promise(setImmediate);
    assert.equal(lost(), 1);
    assert.equal(lease.mayShow(), false);
    await lease.check();
    assert.equal(lost(), 1, 'told once');
  });

  test('that stood still goes on where nobody took it', async (t) => {
    const { lease, clock } = leaseThat(t, () => Promise.resolve('held'));
    clock.advance(10 * LEASE_MS);
    assert.equal(lease.mayShow(), false);
    await new Promise(setImmediate);
    assert.equal(lease.mayShow(), true);
  });

  test('goes on while Redis is away: nobody can take it over by then', async (t) => {
    const { lease, clock, lost } = leaseThat(t, () => Promise.reject(new Error('connection refused')));
    for (let n = 0; n < 20; n += 1) {
      clock.advance(LEASE_MS / 2);
      assert.equal(lease.mayShow(), true);
      await lease.check();
    }
    assert.equal(lost(), 0);
  });

  test('that is handed over shows on until it ends, and renews no more', async (t) => {
    let asked = 0;
    const { lease, clock } = leaseThat(t, () => {
      asked += 1;
      return Promise.resolve('held');
    });
    lease.handOver();
    clock.advance(2 * LEASE_MS);
    assert.equal(lease.mayShow(), true);
    await lease.check();
    assert.equal(asked, 0);
    lease.end();
    assert.equal(lease.mayShow(), false);
  });
});
