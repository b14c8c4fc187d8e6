import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { stateLine, statusLine } from '../../src/cli/live-report.js';

suite('lines about a running stream', () => {
  test('a change of state, with which connection, why, and when it is tried again', () => {
    assert.equal(
      stateLine({ of: 'source', state: 'live', reason: 'pictures arrive', epoch: 2 }),
      'source: live (connection 3): pictures arrive',
    );
    assert.equal(
      stateLine({ of: 'rtsp://***@a/b', state: 'reconnecting', reason: 'failed:\n  line\n  line', retryInMs: 1940 }),
      'rtsp://***@a/b: reconnecting: failed:; line; line; again in 1.9 s',
    );
  });

  test('where it stands: rate, counts, each output with the age of its frames', () => {
    const line = statusLine(
      {
        ...{ state: 'live', epoch: 0, elapsedMs: 4000, framesIn: 100, coloured: 90, dropped: 8, unreadable: 2 },
        workingScale: 0.75,
        stages: { source: 0, normalize: 1, model: 2, write: 3 },
        outputs: [
          { target: 'a.mp4', state: 'live', frames: 90, dropped: 0, ageMs: { p50: 41.4, p95: 60.1 } },
          { target: 'udp://b', state: 'failed', frames: 0, dropped: 90 },
        ],
      },
      22.54,
    );
    assert.equal(
      line,
      'live 22.5 fps · 100 in, 90 coloured, 8 dropped, 2 unreadable, at 75 % of the size · a.mp4 live 90, age 41/60 ms · udp://b failed 0 (90 dropped)',
    );
  });
});
