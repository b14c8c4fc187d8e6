import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { LIVE_TIME_BASE } from '../../src/core/frame.js';
import { MonotonicPts } from '../../src/pipeline/monotonic-pts.js';

type Arrival = readonly [pts: number, arrivedAt: number, epoch?: number];

function timesOf(arrivals: readonly Arrival[], timeBase = LIVE_TIME_BASE): number[] {
  const times = new MonotonicPts();
  return arrivals.map(([pts, arrivedAt, epoch = 0]) => times.push({ pts, arrivedAt, epoch, timeBase }));
}

suite('monotonic times', () => {
  test('begin at 0 and take the steps of the source to the tick', () => {
    const arrivals: Arrival[] = [
      [1_000_003, 0],
      [1_003_603, 95],
      [1_003_604, 95],
      [1_010_000, 130],
    ];
    assert.deepEqual(timesOf(arrivals), [0, 3600, 3601, 9997]);
  });

  test('other time bases are brought to 1/90000 s', () => {
    const arrivals: Arrival[] = [
      [1, 0],
      [2, 40],
    ];
    assert.deepEqual(timesOf(arrivals, { numerator: 1, denominator: 25 }), [0, 3600]);
  });

  const JUMPS: readonly (readonly [string, readonly Arrival[], readonly number[]])[] = [
    [
      'a new connection',
      [
        [900_000, 0],
        [0, 2000, 1],
        [3600, 2040, 1],
      ],
      [0, 180_000, 183_600],
    ],
    [
      'a new connection that seems to go on',
      [
        [0, 0],
        [3600, 2000, 1],
      ],
      [0, 180_000],
    ],
    [
      'the 33-bit clock wraps',
      [
        [2 ** 33 - 3600, 0],
        [0, 40],
        [3600, 80],
      ],
      [0, 3600, 7200],
    ],
    [
      'a clock that is set back',
      [
        [9_000_000, 0],
        [8_000_000, 40],
      ],
      [0, 3600],
    ],
    [
      'a clock that is set forward',
      [
        [0, 0],
        [900_000_000, 40],
        [900_003_600, 80],
      ],
      [0, 3600, 7200],
    ],
    [
      'a clock that stands still',
      [
        [5, 0],
        [5, 40],
        [5, 40],
      ],
      [0, 3600, 3601],
    ],
    [
      'a short pause of the network and the burst after it',
      [
        [0, 0],
        [3600, 4000],
        [7200, 4001],
      ],
      [0, 3600, 7200],
    ],
    [
      'a long pause',
      [
        [0, 0],
        [3600, 6000],
        [7200, 6001],
      ],
      [0, 540_000, 543_600],
    ],
  ];
  for (const [name, arrivals, expected] of JUMPS) {
    test(name, () => {
      assert.deepEqual(timesOf(arrivals), expected);
    });
  }

  test('rise whatever comes', () => {
    const arrival = fc.tuple(fc.maxSafeInteger(), fc.nat(100_000), fc.nat(1));
    fc.assert(
      fc.property(fc.array(arrival, { minLength: 2 }), (steps) => {
        let [now, epoch] = [0, 0];
        const arrivals = steps.map(([pts, later, next]): Arrival => [pts, (now += later), (epoch += next)]);
        const times = timesOf(arrivals);
        assert.ok(times.every((time, index) => Number.isSafeInteger(time) && time > (times[index - 1] ?? -1)));
      }),
    );
  });
});
