import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { suite, test } from 'node:test';
import { promisify } from 'node:util';
import { ServedCamera } from '../fakes/served-camera.js';
import { keepShowing, serve } from '../fakes/served-page.js';

const PACKETS = 120;

/** What a player built on ffmpeg gets: presentation times in seconds, and whether each picture is a keyframe. */
async function packetsOf(url: string): Promise<readonly (readonly [seconds: number, keyframe: boolean])[]> {
  const { stdout } = await promisify(execFile)('ffprobe', [
    ...['-v', 'error', '-read_intervals', `%+#${PACKETS}`, '-show_entries', 'packet=pts_time,flags', '-of', 'csv=p=0'],
    url,
  ]);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(','))
    .map(([seconds, flags = '']) => [Number(seconds), flags.startsWith('K')] as const);
}

suite('what other software opens', () => {
  for (const path of ['/stream.ts', '/stream.ts?which=thermal', '/hls/roof/index.m3u8']) {
    test(`ffmpeg reads ${path} from a keyframe on, times only rise, and a keyframe comes each second`, async (t) => {
      const camera = new ServedCamera('roof');
      keepShowing(t, camera, 90, 200);
      const { address } = await serve(t, camera);
      const packets = await packetsOf(`${address}${path}`);
      assert.ok(packets.length >= PACKETS);
      assert.equal(packets[0]?.[1], true);
      const times = packets.map(([seconds]) => seconds);
      assert.ok(
        times.every((time, at) => at === 0 || time > (times[at - 1] ?? Infinity)),
        times.join(),
      );
      const keys = packets.flatMap(([seconds, keyframe]) => (keyframe ? [seconds] : []));
      assert.ok(keys.length > 2);
      // Pictures that were left out for newer ones may make it a little longer.
      assert.ok(
        keys.every((time, at) => at === 0 || time - (keys[at - 1] ?? 0) < 2),
        keys.join(),
      );
      await camera.close();
    });
  }
});
