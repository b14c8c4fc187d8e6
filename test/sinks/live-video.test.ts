import assert from 'node:assert/strict';
import { suite, test, type TestContext } from 'node:test';
import type { DaylitError } from '../../src/core/errors.js';
import { findFfmpeg } from '../../src/ffmpeg/binary.js';
import type { CodedUnit } from '../../src/sinks/h264-coding.js';
import { LatestPicture } from '../../src/sinks/latest-picture.js';
import { decodePictureMessage, type PictureMessage } from '../../src/sinks/viewer-protocol.js';
import { colourFrame } from '../fakes/colour-frames.js';

const SECOND = 90_000;

interface Show {
  readonly size?: { readonly width: number; readonly height: number };
  readonly pts?: number;
}

/** A picture that is written to, and what comes of it as video. */
class Scene {
  readonly latest: LatestPicture;
  started = 0;
  #sequence = 0;

  constructor(t: TestContext, ffmpeg = findFfmpeg) {
    this.latest = new LatestPicture(
      'roof',
      { now: () => 1000 },
      () => ({ here: true }),
      () => {
        this.started += 1;
        return ffmpeg();
      },
    );
    t.after(() => this.latest.discard());
  }

  /** Ten pictures a second, unless said otherwise. */
  show({ size = { width: 64, height: 48 }, pts }: Show = {}): Promise<void> {
    const sequence = this.#sequence++;
    const thermal = new Uint8Array(size.width * size.height).fill(60);
    const frame = colourFrame({ sequence, size, pts: pts ?? (sequence * SECOND) / 10 });
    return this.latest.write({ ...frame, thermal, arrivedAt: 960 });
  }
}

/** Collects units; `next(n)` resolves when there are n. */
function viewer(latest: LatestPicture): {
  units: CodedUnit[];
  failures: DaylitError[];
  until: (enough: () => boolean) => Promise<void>;
  stop: () => void;
} {
  const units: CodedUnit[] = [];
  const failures: DaylitError[] = [];
  let look = (): void => undefined;
  const stop = latest.video.watch({
    onPiece: (unit) => {
      units.push(unit);
      look();
    },
    onFailure: (error) => {
      failures.push(error);
      look();
    },
  });
  const until = (enough: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      look = (): void => {
        if (enough()) resolve();
      };
      look();
    });
  return { units, failures, until, stop };
}

function read(unit: CodedUnit | undefined): PictureMessage {
  const message = unit && decodePictureMessage(unit.message());
  assert.ok(message !== undefined);
  return message;
}

suite('live video', () => {
  test('every picture leaves the encoder before the next comes in, and says which frame it is', async (t) => {
    const scene = new Scene(t);
    const { units, until } = viewer(scene.latest);
    for (let n = 0; n < 25; n += 1) {
      await scene.show();
      await until(() => units.length > n);
    }
    const messages = units.map(read);
    assert.deepEqual(
      messages.map(({ sequence }) => sequence),
      Array.from({ length: 25 }, (_, n) => n),
    );
    assert.deepEqual(
      messages.flatMap(({ keyframe, sequence }) => (keyframe ? [sequence] : [])),
      [0, 10, 20],
      'a keyframe each second of video',
    );
    const { configuration, coding, ageMs, width, height, ptsMicroseconds, metadata } = messages[10] ?? read(undefined);
    assert.deepEqual([coding, ageMs, width, height, ptsMicroseconds], ['h264', 40, 64, 48, 1e6]);
    assert.deepEqual(metadata, { camera: 'roof', here: true });
    assert.equal(configuration[0], 1, 'an AVCDecoderConfigurationRecord');
    assert.equal(messages[11]?.configuration.length, 0);
    assert.equal(scene.started, 1);
  });

  test('who comes late begins with the newest keyframe, at once and from the same encoder', async (t) => {
    const scene = new Scene(t);
    const early = viewer(scene.latest);
    for (let n = 0; n < 13; n += 1) {
      await scene.show();
      await early.until(() => early.units.length > n);
    }
    const late = viewer(scene.latest);
    assert.deepEqual(
      late.units.map(({ sequence }) => sequence),
      [10, 11, 12],
    );
    assert.equal(late.units[0], early.units[10]);
    await scene.show();
    await late.until(() => late.units.length === 4);
    assert.equal(scene.started, 1);
  });

  test('nothing is coded while nobody watches; a camera that stands still is shown to who comes', async (t) => {
    const scene = new Scene(t);
    await scene.show();
    await scene.show();
    assert.equal(scene.started, 0);
    const { units, until } = viewer(scene.latest);
    await until(() => units.length === 1);
    assert.equal(units[0]?.sequence, 1);
  });

  test('pictures of another size, and time that jumps back, begin anew with a keyframe', async (t) => {
    const scene = new Scene(t);
    const { units, until } = viewer(scene.latest);
    const shows: Show[] = [{}, { size: { width: 33, height: 47 } }, { pts: 0 }, { pts: 1 }];
    for (const [n, show] of shows.entries()) {
      await scene.show(show);
      await until(() => units.length > n);
    }
    assert.deepEqual(
      units.map(({ keyframe }) => keyframe),
      [true, true, true, false],
    );
    assert.deepEqual([read(units[1]).width, read(units[1]).height], [33, 47]);
    assert.equal(scene.started, 3);
  });

  test('where there is no such encoder, who watches is told once', async (t) => {
    const scene = new Scene(t, async () => ({ ...(await findFfmpeg()), encoders: new Set<string>() }));
    const { failures, until } = viewer(scene.latest);
    await scene.show();
    await until(() => failures.length === 1);
    assert.equal(failures[0]?.code, 'FFMPEG_UNSUPPORTED');
    assert.equal(scene.latest.watchers, 0);
    await assert.rejects(scene.latest.video.check(), { code: 'FFMPEG_UNSUPPORTED' });
  });

  test('an encoder that always dies is given up', async (t) => {
    const scene = new Scene(t, async () => ({ ...(await findFfmpeg()), path: process.execPath }));
    const { failures, until } = viewer(scene.latest);
    const timer = setInterval(() => void scene.show(), 20);
    t.after(() => {
      clearInterval(timer);
    });
    await until(() => failures.length === 1);
    assert.equal(failures[0]?.code, 'FFMPEG_FAILED');
    assert.equal(scene.started, 3);
  });

  test('the encoder goes some time after the last viewer, and stays for one who comes back', async (t) => {
    const scene = new Scene(t);
    const { units, until, stop } = viewer(scene.latest);
    await scene.show();
    await until(() => units.length === 1);
    stop();
    assert.equal(scene.latest.video.running, true);
    const again = viewer(scene.latest);
    assert.deepEqual(again.units, units);
    await scene.latest.discard();
    assert.equal(scene.latest.video.running, false);
  });
});
