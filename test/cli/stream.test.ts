import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { findFfmpeg } from '../../src/ffmpeg/binary.js';
import { ERRORS, type ErrorCode } from '../../src/core/errors.js';
import { daylit } from '../fakes/command-line.js';
import { lavfi, makeClip } from '../fakes/ffmpeg-clips.js';
import { packetTimes } from '../fakes/inspect-video.js';
import { LiveProcess } from '../fakes/live-process.js';
import { temporaryFolder } from '../fakes/temporary-folder.js';

const camera = 'rtsp://user:secret@127.0.0.1:1/thermal';

/** Command lines that must fail before anything begins, and how. */
const CASES: readonly (readonly [string, readonly string[], ErrorCode])[] = [
  ['no output', [camera], 'OPTION_INVALID'],
  ['a file without --realtime', ['patrol.mp4', '--to', 'out.mp4'], 'INPUT_UNSUPPORTED'],
  ['a file that is missing', ['patrol.mp4', '--realtime', '--to', 'out.mp4'], 'INPUT_NOT_FOUND'],
  ['a protocol that reaches files', ['subfile://user:secret@x', '--to', 'out.mp4'], 'PROTOCOL_FORBIDDEN'],
  ['an address that begins with a dash', ['-rtsp://user:secret@a', '--to', 'out.mp4'], 'OPTION_INVALID'],
  ['an output of no known kind', [camera, '--to', 'ftp://user:secret@a/b'], 'OUTPUT_UNSUPPORTED'],
  ['a codec that the receiver cannot take', [camera, '--to', 'rtmp://a/b', '--codec', 'vp9'], 'OUTPUT_UNSUPPORTED'],
  ['a limit that is none', [camera, '--to', 'out.mp4', '--stall-timeout', 'never'], 'OPTION_INVALID'],
  ['a time to keep files that is none', [camera, '--to', '%H.mp4', '--keep-for', 'long'], 'OPTION_INVALID'],
  ['a size that is none', [camera, '--to', '%H.mp4', '--segment-size', '5'], 'OPTION_INVALID'],
  ['a single picture', [camera, '--to', 'out.jpg'], 'OUTPUT_UNSUPPORTED'],
  ['a row of pictures by no time', [camera, '--to', 'out-%q%H.jpg'], 'OPTION_INVALID'],
  ['a device that is no path', ['v4l2:video0', '--to', 'out.mp4'], 'OPTION_INVALID'],
  ['a reference that is missing', [camera, '-r', 'missing.jpg', '--to', 'out.mp4'], 'REFERENCE_UNREADABLE'],
];

suite('daylit stream, bad input', { concurrency: 2 }, () => {
  for (const [name, args, code] of CASES) {
    test(`${name}: ${code}`, async (t) => {
      const cwd = await temporaryFolder(t);
      const { status, stderr, stdout } = await daylit(['stream', ...args], { cwd });
      assert.equal(status, ERRORS[code].exitStatus, stderr);
      assert.match(stderr, new RegExp(`^error ${code}: .*\nhint: .+$`, 'm'));
      assert.doesNotMatch(stderr, /secret|^\s+at .*:\d+:\d+/m);
      assert.equal(stdout.length, 0);
      assert.deepEqual(
        readdirSync(cwd).filter((entry) => entry !== '.cache'),
        [],
      );
    });
  }
});

suite('daylit stream', () => {
  test('a signal to the whole process group, as a terminal sends it, lets files be finished', async (t) => {
    const folder = await temporaryFolder(t);
    const grey = lavfi('testsrc2=s=64x48:r=25:d=1,format=gray,format=yuv420p');
    const clip = await makeClip(await findFfmpeg(), [grey], join(folder, 'clip.mp4'), '-c:v', 'libx264');
    const recording = join(folder, 'out.mp4');
    const running = new LiveProcess(t, [clip, '--realtime', '--loop', '--to', recording], folder);
    await running.next('frames', ({ event, coloured = 0 }) => event === 'status' && coloured > 10);
    const { status, summary } = await running.stop('group');
    assert.equal(status, 0);
    assert.deepEqual(
      summary.outputs.map(({ state, frames, dropped }) => [state, frames, dropped]),
      [['ended', summary.coloured, 0]],
    );
    assert.equal((await packetTimes(recording)).pts.length, summary.coloured);
  });
});
