import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { refineTimes } from '../../src/sinks/quicktime-times.js';
import { madeByFfmpeg, packetTimes } from '../fakes/inspect-video.js';
import { temporaryFolder } from '../fakes/temporary-folder.js';

const TICKS = 90_000;

/** A clip of ten frames with sound that begins at `start` ticks, as the ffmpeg of 2018 writes it. */
async function clip(path: string, start: number, ...options: string[]): Promise<void> {
  const picture = `testsrc2=s=16x16:r=25:d=0.4,settb=1/${TICKS},setpts=PTS+${start}`;
  await madeByFfmpeg('-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', 'sine=d=0.4', '-copyts', '-vsync', 'passthrough', '-enc_time_base', `1:${TICKS}`, '-video_track_timescale', String(TICKS), ...options, path); // prettier-ignore
}

suite('the times of a QuickTime track', () => {
  test('start exactly, with the index first or last, and sound stays', async (context) => {
    const folder = await temporaryFolder(context);
    for (const options of [[], ['-movflags', '+faststart']]) {
      for (const start of [135_033, 90 * 1234 + 1, 91]) {
        const path = join(folder, 'a.mp4');
        await clip(path, start, ...options);
        const sound = await packetTimes(path, 'a:0');
        assert.notEqual((await packetTimes(path)).pts[0], start, 'else there is nothing to mend');
        await refineTimes(path, start, TICKS);
        assert.deepEqual(
          (await packetTimes(path)).pts,
          Array.from({ length: 10 }, (_, sequence) => start + sequence * 3600),
        );
        assert.deepEqual(await packetTimes(path, 'a:0'), sound);
      }
    }
  });

  test('stay where the start is exact, or not the one that was rounded', async (context) => {
    const folder = await temporaryFolder(context);
    const path = join(folder, 'a.mp4');
    for (const [written, claimed] of [
      [135_000, 135_000],
      [0, 0],
      [0, 33],
      [135_033, 145_033],
    ] as const) {
      await clip(path, written);
      const before = await packetTimes(path);
      await refineTimes(path, claimed, TICKS);
      assert.deepEqual(await packetTimes(path), before, `${written} as ${claimed}`);
    }
  });

  test('are left alone in what is no such file', async (context) => {
    const path = join(await temporaryFolder(context), 'a.mp4');
    for (const content of ['', 'short', 'a text that is longer than any header']) {
      await writeFile(path, content);
      await refineTimes(path, 135_033, TICKS);
      assert.equal(await readFile(path, 'utf8'), content);
    }
  });
});
