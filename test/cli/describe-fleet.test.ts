import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { describeFleet } from '../../src/cli/describe-fleet.js';
import type { FleetStatus } from '../../src/fleet/fleet-status.js';

const IDLE: FleetStatus = {
  workers: [],
  jobs: { waiting: 0, active: 0, done: 3, dead: 0 },
  progress: [],
  deadLetters: [],
  cameras: { wanted: [], without: [] },
};

const lineOf = (whole: NonNullable<FleetStatus['whole']>): string =>
  describeFleet({ ...IDLE, whole })
    .split('\n')
    .find((line) => line.startsWith('frames:')) ?? '';

suite('the fleet as text', () => {
  test('says how far the whole is, and how long it takes', () => {
    assert.equal(
      lineOf({ frames: 250, of: 1000, unknown: 0, framesPerSecond: 9.98, etaSeconds: 75.2 }),
      'frames: 250 of 1000 (25 %), 10.0 a second, 1 min 16 s to go',
    );
    assert.equal(
      lineOf({ frames: 0, of: 90_000, unknown: 2, framesPerSecond: 10, etaSeconds: 9000 }),
      'frames: 0 of 90000 (0 %), and 2 jobs of unknown length, 10.0 a second, 2 h 30 min to go',
    );
    assert.equal(lineOf({ frames: 0, of: 0, unknown: 0, framesPerSecond: 0 }), 'frames: 0 of 0, 0.0 a second');
  });

  test('without jobs to be done there is nothing to say of it', () => {
    assert.doesNotMatch(describeFleet(IDLE), /frames/);
    assert.match(describeFleet(IDLE), /^no worker is alive\njobs: 0 waiting, 0 in hand, 3 done, 0 given up\n/);
  });
});
