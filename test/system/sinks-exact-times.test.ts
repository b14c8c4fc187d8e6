import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { promisify } from 'node:util';
import { findFfmpeg, type FfmpegBinary } from '../../src/ffmpeg/binary.js';
import { sources } from '../../src/index.js';
import { FfmpegSink } from '../../src/sinks/ffmpeg-sink.js';
import { colourFrame, sourceInfo } from '../fakes/colour-frames.js';
import { BUNDLED_FFMPEG, described, madeByFfmpeg, packetMicroseconds, packetTimes } from '../fakes/inspect-video.js';
import { temporaryFolder } from '../fakes/temporary-folder.js';

const TIME_BASE = { numerator: 1, denominator: 90_000 };
/** A clip whose rate varies and whose start is on no whole millisecond. */
const TIMES = Array.from({ length: 103 }, (_, sequence) => 135_033 + sequence * 3003 + ((sequence * 7919) % 1500));
/** Spacings from a tenth of a millisecond to seconds. */
const LEAPS = [90_000, 90_009, 93_000, 180_000, 180_900, 450_000, 450_100, 453_333, 540_000, 990_000];

async function newest(): Promise<string> {
  const named = process.env['DAYLIT_FFMPEG_NEW'] ?? '';
  if (named !== '') return named;
  const question = 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())';
  const answer = await promisify(execFile)('python3', ['-c', question]).catch(() => undefined);
  assert.ok(answer, 'no ffmpeg of today: python3 -m pip install imageio-ffmpeg, or set DAYLIT_FFMPEG_NEW');
  return answer.stdout.trim();
}

function debian(): Promise<string> {
  assert.ok(existsSync('/usr/bin/ffmpeg'), '/usr/bin/ffmpeg is missing: apt-get install ffmpeg');
  return Promise.resolve('/usr/bin/ffmpeg');
}

const BUILDS: Readonly<Record<string, () => Promise<string>>> = {
  'the bundled build of 2018': () => Promise.resolve(BUNDLED_FFMPEG),
  Debian: debian,
  newest,
};

for (const [name, path] of Object.entries(BUILDS)) {
  suite(`files written by ${name}`, () => {
    const write = async (binary: FfmpegBinary, target: string, source = sourceInfo(), times = TIMES): Promise<void> => {
      const sink = await FfmpegSink.open(target, { binary, source, overwrite: false, notify: () => undefined });
      for (const [sequence, pts] of times.entries()) {
        await sink.write(colourFrame({ sequence, pts, timeBase: TIME_BASE }));
      }
      await sink.finish();
    };

    test('hold every time, to the tick of the container', async (context) => {
      const binary = await findFfmpeg({ path: await path() });
      const folder = await temporaryFolder(context);
      for (const extension of ['mp4', 'mov', 'ts']) {
        const target = join(folder, `a.${extension}`);
        await write(binary, target);
        assert.deepEqual(await packetTimes(target), { timeBase: TIME_BASE, pts: TIMES }, extension);
        assert.match(await described(target), /yuv420p\(tv, bt709/, extension);
      }
      await write(binary, join(folder, 'a.mkv'));
      const rounded = await packetMicroseconds(join(folder, 'a.mkv'));
      const off = rounded.map((time, sequence) => Math.abs(time - ((TIMES[sequence] ?? 0) * 1e6) / 90_000));
      assert.ok(off.length === TIMES.length && Math.max(...off) <= 500, `mkv is off by ${Math.max(...off)} µs`);
    });

    test('are read back whole, however irregular', async (context) => {
      const ffmpeg = await path();
      const binary = await findFfmpeg({ path: ffmpeg });
      const folder = await temporaryFolder(context);
      for (const extension of ['mp4', 'mov', 'ts']) {
        const target = join(folder, `a.${extension}`);
        await write(binary, target, sourceInfo(), LEAPS);
        const source = await sources.open(target, { ffmpeg });
        const times: number[] = [];
        for await (const frame of source.frames()) times.push(frame.pts);
        assert.deepEqual([source.info.timeBase, times], [TIME_BASE, LEAPS], extension);
      }
    });

    test('take sound along and end it with a job that stopped early', async (context) => {
      const binary = await findFfmpeg({ path: await path() });
      const folder = await temporaryFolder(context);
      const sound = join(folder, 'sound.mkv');
      await madeByFfmpeg('-f', 'lavfi', '-i', 'sine=d=9', '-c:a', 'aac', sound);
      const container = { path: sound, tracks: { audio: ['aac'], subtitles: [] } };
      for (const [frameCount, from, to] of [
        [103, 8.9, 9.1],
        [200, 4.8, 5.1],
      ] as const) {
        // prettier-ignore
        for (const extension of ['mp4', 'mkv', 'ts']) {
          const target = join(folder, `${frameCount}.${extension}`);
          await write(binary, target, sourceInfo({ container, frameCount }));
          const [last = 0] = (await packetMicroseconds(target, 'a:0')).slice(-1);
          assert.ok(last / 1e6 > from && last / 1e6 < to, `${target} has sound until ${last / 1e6} s`);
          if (extension === 'mp4') assert.deepEqual((await packetTimes(target)).pts, TIMES);
        }
      }
    });
  });
}
