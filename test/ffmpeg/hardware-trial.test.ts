import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { findFfmpeg } from '../../src/ffmpeg/binary.js';
import { hardwareEncoders, provenHardware, tryHardware } from '../../src/ffmpeg/hardware-trial.js';
import { ffmpegWithCard } from '../fakes/ffmpeg-wrapper.js';
import { temporaryFolder } from '../fakes/temporary-folder.js';

const names = (os: NodeJS.Platform, nodes: readonly string[] = []): string[] =>
  hardwareEncoders(os, nodes).map(({ name }) => name);

suite('encoders in hardware', () => {
  test('are those of the system', () => {
    assert.deepEqual(names('darwin'), ['h264_videotoolbox']);
    assert.deepEqual(names('win32'), ['h264_nvenc']);
    assert.deepEqual(names('linux'), ['h264_nvenc']);
    assert.deepEqual(names('linux', ['card0', 'renderD129', 'renderD128']), ['h264_nvenc', 'h264_vaapi']);
    const [, vaapi] = hardwareEncoders('linux', ['renderD128']);
    assert.deepEqual(vaapi?.device, ['-vaapi_device', '/dev/dri/renderD128']);
  });

  test('one that is listed but cannot code a frame is refused with the reason', async () => {
    const { path } = await findFfmpeg();
    const trials = await tryHardware({ path, encoders: new Set(['h264_nvenc', 'libx264']) });
    // With an NVIDIA card it works, and so it does not on a machine without.
    for (const { encoder, refused } of trials) {
      assert.equal(encoder.name, 'h264_nvenc');
      assert.notEqual(refused, '');
    }
    assert.deepEqual(await tryHardware({ path, encoders: new Set(['libx264']) }), []);
    assert.equal(trials.length, process.platform === 'darwin' ? 0 : 1);
  });

  test('one that is asked for must work', async (t) => {
    const folder = await temporaryFolder(t);
    const encoders = new Set(['h264_nvenc']);
    const broken = { path: ffmpegWithCard(folder, 'broken', 'Cannot load libcuda.so.1'), encoders };
    await assert.rejects(provenHardware(broken), { code: 'FFMPEG_UNSUPPORTED', message: /h264_nvenc.*libcuda/ });
    await assert.rejects(provenHardware({ ...broken, encoders: new Set() }), { code: 'FFMPEG_UNSUPPORTED' });
    const sound = { path: ffmpegWithCard(folder, 'sound'), encoders };
    assert.equal((await provenHardware(sound)).name, 'h264_nvenc');
  });
});
