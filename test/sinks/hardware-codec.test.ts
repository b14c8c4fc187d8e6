import assert from 'node:assert/strict';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { findFfmpeg } from '../../src/ffmpeg/binary.js';
import { FfmpegSink } from '../../src/sinks/ffmpeg-sink.js';
import { colourFrame, sourceInfo } from '../fakes/colour-frames.js';
import { ffmpegWithCard } from '../fakes/ffmpeg-wrapper.js';
import { described, packetTimes } from '../fakes/inspect-video.js';
import { temporaryFolder } from '../fakes/temporary-folder.js';

suite('hardware', () => {
  test('codes a file where that is asked for and has proved itself', async (t) => {
    const folder = await temporaryFolder(t);
    const binary = await findFfmpeg({ path: ffmpegWithCard(folder, 'ffmpeg'), hardware: true });
    const target = join(folder, 'out.mp4');
    const choices = { codec: 'hardware', crf: 20 };
    const about = { source: sourceInfo(), overwrite: false, notify: () => undefined };
    const sink = await FfmpegSink.open(target, { binary, ...choices, ...about });
    for (let sequence = 0; sequence < 5; sequence++) await sink.write(colourFrame({ sequence }));
    await sink.finish();
    assert.equal((await packetTimes(target)).pts.length, 5);
    assert.match(await described(target), /h264.*yuv420p\(tv, bt709/);
  });
});
