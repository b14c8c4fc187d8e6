import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import sharp from 'sharp';
import type { View } from '../../src/sinks/kept-frame.js';
import { LatestPicture, type CodedPicture } from '../../src/sinks/latest-picture.js';
import { decodePictureMessage } from '../../src/sinks/viewer-protocol.js';
import { colourFrame } from '../fakes/colour-frames.js';

const size = { width: 64, height: 48 };
const clock = { now: () => 1000 };

function frame(sequence: number, red: number, grey: number): ReturnType<typeof colourFrame> {
  const pixels = new Uint8Array(size.width * size.height * 3).map((_, index) => (index % 3 === 0 ? red : 0));
  return { ...colourFrame({ sequence, size, pixels }), arrivedAt: 960, thermal: new Uint8Array(64 * 48).fill(grey) };
}

/** Resolves with the next picture that satisfies the condition. */
function picture(
  of: LatestPicture,
  view: View,
  condition: (coded: CodedPicture) => boolean = () => true,
): Promise<CodedPicture> {
  return new Promise((resolve) => {
    const stop = of.watch(view, (coded) => {
      if (!condition(coded)) return;
      setImmediate(() => {
        stop();
      });
      resolve(coded);
    });
  });
}

async function colourAt(jpeg: Uint8Array, x: number): Promise<readonly number[]> {
  const { data, info } = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true });
  const at = (24 * info.width + x) * info.channels;
  return [...data.subarray(at, at + info.channels)];
}

function near(actual: readonly number[], expected: readonly number[]): void {
  assert.equal(actual.length, expected.length);
  actual.forEach((value, index) => {
    assert.ok(Math.abs(value - (expected[index] ?? NaN)) <= 8, `${actual.join()} is not near ${expected.join()}`);
  });
}

suite('latest picture', () => {
  test('one JPEG holds both halves of one instant, and the message says which', async () => {
    const latest = new LatestPicture('roof', clock);
    const first = picture(latest, 'both');
    await latest.write(frame(3, 200, 90));
    const coded = await first;
    near(await colourAt(coded.jpeg, 20), [90, 90, 90]);
    near(await colourAt(coded.jpeg, 100), [200, 0, 0]);
    const message = decodePictureMessage(coded.message());
    assert.ok(message !== undefined);
    const { coded: jpeg, ...header } = message;
    assert.deepEqual(header, {
      ...{
        coding: 'jpeg',
        keyframe: true,
        configuration: header.configuration,
        sequence: 3,
        ptsMicroseconds: 120_000,
        ageMs: 40,
        epoch: 0,
        ...size,
      },
      ...{ synthesised: 'model', frozen: false, cut: false, metadata: { camera: 'roof' } },
    });
    assert.equal(header.configuration.length, 0);
    assert.deepEqual([...jpeg], [...coded.jpeg]);
  });

  test('all who watch get the same coded picture, and who comes late gets it at once', async () => {
    const latest = new LatestPicture('roof', clock);
    const got: CodedPicture[] = [];
    latest.watch('both', (coded) => got.push(coded));
    const second = picture(latest, 'both');
    await latest.write(frame(0, 1, 1));
    const shared = await second;
    latest.watch('both', (coded) => got.push(coded));
    assert.equal(got.length, 2);
    assert.ok(got.every((coded) => coded === shared));
  });

  test('who begins to watch a camera that nobody watched gets its newest picture', async () => {
    const latest = new LatestPicture('roof', clock);
    await latest.write(frame(0, 10, 10));
    await latest.write(frame(1, 210, 10));
    near(await colourAt((await picture(latest, 'colour')).jpeg, 20), [210, 0, 0]);
  });

  test('while one picture is being coded, those between it and the newest are passed over', async () => {
    const latest = new LatestPicture('roof', clock);
    const seen: number[] = [];
    const last = picture(latest, 'both', (coded) => {
      seen.push(decodePictureMessage(coded.message())?.sequence ?? -1);
      return seen.at(-1) === 9;
    });
    for (let sequence = 0; sequence < 10; sequence += 1) await latest.write(frame(sequence, sequence, 0));
    await last;
    assert.deepEqual(seen, [0, 9]);
  });

  test('a frame may be released as soon as it is written', async () => {
    const latest = new LatestPicture('roof', clock);
    const coming = picture(latest, 'colour');
    const given = frame(0, 180, 0);
    await latest.write(given);
    given.release();
    near(await colourAt((await coming).jpeg, 20), [180, 0, 0]);
  });

  test('snapshots show one half or both; there is none before the first picture', async () => {
    const latest = new LatestPicture('roof', clock);
    assert.equal(await latest.snapshot('colour'), undefined);
    await latest.write(frame(0, 200, 90));
    const [colour, thermal, both] = await Promise.all(
      (['colour', 'thermal', 'both'] as const).map((view) => latest.snapshot(view)),
    );
    assert.ok(colour !== undefined && thermal !== undefined && both !== undefined);
    near(await colourAt(colour.jpeg, 20), [200, 0, 0]);
    near(await colourAt(thermal.jpeg, 20), [90, 90, 90]);
    assert.equal((await sharp(thermal.jpeg).metadata()).channels, 1);
    assert.equal((await sharp(both.jpeg).metadata()).width, 128);
    assert.deepEqual(latest.size, size);
  });

  test('nothing is coded while nobody watches', async () => {
    const latest = new LatestPicture('roof', clock);
    let coded = 0;
    const stop = latest.watch('both', () => (coded += 1));
    stop();
    assert.equal(latest.watchers, 0);
    await latest.write(frame(0, 1, 1));
    await latest.snapshot('both');
    assert.equal(coded, 0);
    assert.equal(latest.frames, 1);
  });
});
