import assert from 'node:assert/strict';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { packageRoot } from '../../src/core/package-root.js';
import type { Source } from '../../src/core/contracts.js';
import type { Telemetry } from '../../src/core/telemetry.js';
import { findFfmpeg } from '../../src/ffmpeg/binary.js';
import { probeSource, sources } from '../../src/index.js';
import { lavfi, makeClip } from '../fakes/ffmpeg-clips.js';
import { temporaryFolder } from '../fakes/temporary-folder.js';

async function newestIn(source: Source): Promise<(Telemetry | undefined)[]> {
  const newest: (Telemetry | undefined)[] = [];
  for await (const frame of source.frames()) {
    newest.push(frame.telemetry?.newest);
    frame.release();
  }
  return newest;
}

suite('telemetry of other sources', () => {
  const subtitles = join(packageRoot(), 'test/fixtures/telemetry/dji-matrice-300.srt');
  const block = (at: string, latitude: string): string =>
    `1\n00:00:0${at} --> 00:00:09,000\n[latitude: ${latitude}] [longitude: 8] [rel_alt: 1 abs_alt: 2]\n\n`;

  test("a DJI drone's subtitles are found beside the recording, or named, and go beside its frames", async (t) => {
    const folder = await temporaryFolder(t);
    const clip = join(folder, 'clip.mp4');
    await makeClip(await findFfmpeg(), [lavfi('testsrc=size=64x48:rate=10:duration=1')], clip);
    assert.deepEqual(await newestIn(await sources.open(clip)), Array<undefined>(10).fill(undefined));
    writeFileSync(join(folder, 'clip.SRT'), block('0,000', '1') + block('0,350', '2') + block('8,000', '3'));
    const source = await sources.open(clip);
    assert.equal(source.info.telemetry, 'dji-srt');
    const latitudes = (await newestIn(source)).map((telemetry) => telemetry?.sensorLatitude);
    assert.deepEqual(latitudes, [1, 1, 1, 1, 2, 2, 2, 2, 2, 2]);
    const [first] = await newestIn(await sources.open(clip, { telemetry: subtitles }));
    assert.equal(first?.sensorLatitude, 36.6146);
    await assert.rejects(sources.open(clip, { telemetry: join(folder, 'none.srt') }), { code: 'INPUT_NOT_FOUND' });
    await assert.rejects(sources.open(clip, { telemetry: clip }), { code: 'INPUT_UNREADABLE' });
    // What was not asked for and says nothing is left alone.
    cpSync(join(packageRoot(), 'package.json'), join(folder, 'clip.SRT'));
    assert.equal((await sources.open(clip)).info.telemetry, undefined);
  });

  test('the made-up drone flies north at 5 m/s and sees what it says', async () => {
    const source = await sources.open('synthetic:drone?size=80x60&frames=26');
    const all = await newestIn(source);
    const [first, last] = [all[0], all[25]];
    assert.ok(first?.corners && last?.sensorLatitude !== undefined && first.sensorLatitude !== undefined);
    assert.equal(first.provenance, 'synthetic');
    assert.ok(Math.abs((last.sensorLatitude - first.sensorLatitude) * 111_195 - 5) < 1e-3);
    const [upperLeft, upperRight, lowerRight, lowerLeft] = first.corners;
    assert.ok(upperLeft.longitude < upperRight.longitude && lowerLeft.latitude < upperLeft.latitude);
    assert.ok(lowerRight.latitude < (first.frameCentreLatitude ?? NaN));
    assert.equal((await sources.open('synthetic:street?size=80x60')).info.telemetry, undefined);
  });

  test('probing tells what telemetry there is', async () => {
    const { info, telemetry } = await probeSource(['synthetic:drone?size=80x60&frames=1']);
    assert.equal(info.telemetry, 'synthetic');
    assert.equal(telemetry?.sensorAltitude, 280);
  });
});
