import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Frame } from '../src/core/frame.js';
import { Thermometer } from '../src/thermometer.js';
import { greyFrame } from './fakes/frames.js';

/** Counts of a hundredth of a kelvin, from 0 °C in the upper left corner, one degree more from pixel to pixel. */
function radiometric(sequence: number): Frame {
  const counts = Uint16Array.from({ length: 8 }, (_, at) => 27_315 + 100 * at);
  return {
    ...greyFrame(sequence),
    pixels: new Uint8Array(counts.buffer),
    format: 'gray16le',
    radiometry: { kelvinPerCount: 0.01, kelvinAtZero: 0 },
  };
}

const never = (): Promise<void> => new Promise(() => undefined);
const near = (found: number, expected: number): void => {
  assert.ok(Math.abs(found - expected) < 1e-6, `${found}, not ${expected}`);
};

suite('thermometer', () => {
  test('tells the next frame’s temperature at a place, edges included', async () => {
    const thermometer = new Thermometer(() => false, never);
    const asked = [
      [0, 0, 0],
      [1, 1, 7],
      [0.3, 0.9, 5],
    ] as const;
    const answers = Promise.all(asked.map(([x, y]) => thermometer.at(x, y)));
    thermometer.look(radiometric(0));
    (await answers).forEach((celsius, at) => {
      near(celsius, asked[at]?.[2] ?? NaN);
    });
  });

  test('a picture that is only one has none', async () => {
    const thermometer = new Thermometer(() => false, never);
    const answer = thermometer.at(0.5, 0.5);
    thermometer.look(greyFrame(0));
    await assert.rejects(answer, { code: 'NO_TEMPERATURE' });
  });

  test('a camera that shows nothing keeps nobody waiting, nor does a crowd', async () => {
    await assert.rejects(
      new Thermometer(
        () => false,
        () => Promise.resolve(),
      ).at(0, 0),
      { code: 'NO_PICTURE' },
    );
    const crowded = new Thermometer(() => false, never);
    const waiting = Array.from({ length: 64 }, () => crowded.at(0, 0));
    await assert.rejects(crowded.at(0, 0), { code: 'NO_PICTURE' });
    crowded.look(radiometric(0));
    assert.equal((await Promise.all(waiting)).length, 64);
  });

  test('ranges are measured while somebody wants them, and a few are kept', () => {
    let wanted = false;
    const thermometer = new Thermometer(() => wanted, never);
    thermometer.look(radiometric(0));
    wanted = true;
    for (let sequence = 1; sequence < 30; sequence += 1) thermometer.look(radiometric(sequence));
    const range = thermometer.rangeOf({ epoch: 0, sequence: 29 });
    near(range?.lowest ?? NaN, 0);
    near(range?.highest ?? NaN, 7);
    for (const sequence of [0, 1, 30]) assert.equal(thermometer.rangeOf({ epoch: 0, sequence }), undefined);
  });
});
