import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Composer } from '../../src/sources/synthetic/compose.js';
import { openDrone } from '../../src/sources/synthetic/drone.js';
import type { View } from '../../src/sources/synthetic/layers.js';
import type { OpenScene } from '../../src/sources/synthetic/scene.js';
import { openStreet } from '../../src/sources/synthetic/street.js';

const SIZE = { width: 120, height: 96 };
const SCENES: Readonly<Record<string, OpenScene>> = { street: openStreet, drone: openDrone };

/** How each pixel changes, channel by channel, when the moving things are put in. */
function changes(openScene: OpenScene, view: View, seconds: number): number[][] {
  const instant = openScene(3, SIZE, view).at(seconds, 0);
  const composer = new Composer(SIZE, view);
  composer.compose(instant);
  const channels = view === 'daylight' ? 3 : 1;
  return Array.from({ length: SIZE.width * SIZE.height }, (_, pixel) =>
    Array.from({ length: channels }, (__, channel) => {
      const index = pixel * channels + channel;
      return (composer.picture[index] ?? 0) - (instant.still.picture[index] ?? 0);
    }),
  );
}

suite('synthetic geometry', () => {
  for (const [name, openScene] of Object.entries(SCENES)) {
    test(`${name}: people and cars cover the same pixels in both views; by day only shadows are added`, () => {
      const thermal = changes(openScene, 'thermal', 4);
      const daylight = changes(openScene, 'daylight', 4);
      let both = 0;
      let thermalOnly = 0;
      thermal.forEach(([kelvin = 0], pixel) => {
        const colour = daylight[pixel] ?? [];
        if (kelvin === 0) {
          assert.ok(
            colour.every((step) => step <= 0),
            `pixel ${pixel} brightens where nothing stands`,
          );
        } else if (colour.some((step) => step !== 0)) both += 1;
        else thermalOnly += 1;
      });
      assert.ok(both > 40, `${both} pixels covered`);
      assert.equal(thermalOnly, 0);
    });
  }

  test('the still parts have the same depth in both views', () => {
    for (const openScene of Object.values(SCENES)) {
      const [thermal, daylight] = (['thermal', 'daylight'] as const).map((view) => openScene(2, SIZE, view).at(1.3, 0));
      assert.deepEqual(thermal?.still.nearness, daylight?.still.nearness);
      assert.ok(new Set(thermal?.still.nearness).size > 1000);
    }
  });

  test('thermal is no grey copy of daylight: the two rank things differently', () => {
    const { still: thermal } = openStreet(1, SIZE, 'thermal').at(0, 0);
    const { still: daylight } = openStreet(1, SIZE, 'daylight').at(0, 0);
    const luma = Array.from(
      thermal.picture,
      (_, i) =>
        (daylight.picture[i * 3] ?? 0) + 2 * (daylight.picture[i * 3 + 1] ?? 0) + (daylight.picture[i * 3 + 2] ?? 0),
    );
    assert.ok(correlation(Array.from(thermal.picture), luma) < 0.3);
  });

  test('the drone flies on without a seam where its land begins again', () => {
    const scene = openDrone(1, { width: 80, height: 60 }, 'thermal');
    // At 5 m/s the land of 300 m is over after 60 s; the picture must not jump there.
    const step = (from: number, to: number): number => {
      const before = Array.from(scene.at(from, 0).still.picture);
      const { picture } = scene.at(to, 0).still;
      return before.reduce((sum, value, index) => sum + Math.abs(value - (picture[index] ?? 0)), 0) / before.length;
    };
    assert.ok(step(59.99, 60.01) < 3 * step(30, 30.02));
  });
});

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (list: readonly number[]): number => list.reduce((sum, value) => sum + value, 0) / list.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  a.forEach((value, index) => {
    const [x, y] = [value - meanA, (b[index] ?? 0) - meanB];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  });
  return ab / Math.sqrt(aa * bb);
}
