import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { findFfmpeg } from '../../src/ffmpeg/binary.js';
import { hardwareEncoders, tryHardware } from '../../src/ffmpeg/hardware-trial.js';

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
    for (const { name, refused } of trials) {
      assert.equal(name, 'h264_nvenc');
      assert.notEqual(refused, '');
    }
    assert.deepEqual(await tryHardware({ path, encoders: new Set(['libx264']) }), []);
    assert.equal(trials.length, process.platform === 'darwin' ? 0 : 1);
  });
});
