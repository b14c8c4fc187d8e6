import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { readStderrLine, type FfmpegEvent } from '../../src/ffmpeg/stderr.js';

/** Lines as the 2018 build, Debian's 5.1 and 9.0 print them. */
const EVENTS: readonly (readonly [string, FfmpegEvent | undefined])[] = [
  ['[video4linux2,v4l2 @ 0x5] [error] ioctl(VIDIOC_QUERYCAP): Inappropriate ioctl for device', 'no-device'],
  ['[tls @ 0x55a] [error] error:0A000086:SSL routines::certificate verify failed', 'untrusted'],
  ['[sdp @ 0x5] [warning] Could not find codec parameters for stream 0 (Video: none): unknown codec', 'unknown-codec'],
  ['[error] file:a.mp4: Invalid data found when processing input', 'not-media'],
  ['[in#0 @ 0x55b] [error] Error opening input: Invalid data found when processing input', 'not-media'],
  ['[mov,mp4 @ 0x3e] [warning] Format mov,mp4 detected only with low score of 1, misdetection possible!', 'guessed'],
  ['[mov,mp4 @ 0x3e] [error] moov atom not found', 'cut-off'],
  ['[mov,mp4 @ 0x3e] [error] stream 0, offset 0x1493e: partial file', 'cut-off'],
  ['[matroska,webm @ 0x15] [error] Read error', 'cut-off'],
  ['[matroska,webm @ 0x15] [error] File ended prematurely', 'cut-off'],
  ['[http @ 0x55] [error] Stream ends prematurely at 11000, should be 18446744073709551615', 'cut-off'],
  ['[h264 @ 0x39] [error] error while decoding MB 15 13, bytestream 67', 'damaged'],
  ['[warning] file:trunc.mp4: corrupt input packet in stream 0', 'damaged'],
  ["[fatal] Stream map '0:V:0' matches no streams.", 'no-video'],
  ["[fatal] Stream map '' matches no streams.", 'no-video'],
  ['[error] file:nope.mp4: No such file or directory', 'not-found'],
  ['[error] av_interleaved_write_frame(): No space left on device', 'disk-full'],
  ['[error] out/a.mp4: Permission denied', 'permission-denied'],
  ['[error] [png @ 0x1] Picture size 30000x30000 is invalid', 'too-large'],
  ['[rtsp @ 0x19] [error] method DESCRIBE failed: 401 Unauthorized', 'unauthorized'],
  ['[in#0 @ 0x56] [error] method DESCRIBE failed: 401 (Unauthorized)', 'unauthorized'],
  ['[error] http://camera/: Server returned 403 Forbidden (access denied)', 'unauthorized'],
  ['[rtsp @ 0x55] [error] method DESCRIBE failed: 404 Not Found', 'no-stream'],
  ['[in#0 @ 0x56] [error] method DESCRIBE failed: 404 (Not Found)', 'no-stream'],
  ['[tcp @ 0x2f] [error] Connection to tcp://127.0.0.1:1?timeout=2000000 failed: Connection refused', 'refused'],
  ['[tcp @ 0x56] [error] Failed to resolve hostname no.such.host: Name or service not known', 'unresolved'],
  ['[error] rtsp://192.0.2.1/x: Connection timed out', 'unreachable'],
  ['[ffv1 @ 0x1] [error] Picture size 9000x9000 exceeds specified max pixel count 67108864, see', 'too-large'],
  ["[fatal] Unknown encoder 'h265_nvenc'", 'unknown-encoder'],
  ["[fatal] Unrecognized option 'vsync'.", 'unknown-option'],
  ['[info]     title           : No space left on device', undefined],
  ['[warning] deprecated pixel format used, make sure you did set range correctly', undefined],
];

suite('lines of ffmpeg', () => {
  for (const [line, event] of EVENTS) {
    test(line, () => {
      const read = readStderrLine(line);
      assert.ok(read.kind === 'log');
      assert.equal(read.event, event);
    });
  }

  test('level and text are told apart', () => {
    const line = readStderrLine('[h264 @ 0x39c30ec0] [error] Reference 3 >= 3');
    assert.deepEqual(line, { kind: 'log', level: 'error', text: '[h264 @ 0x39c30ec0] Reference 3 >= 3' });
    assert.deepEqual(readStderrLine('plain'), { kind: 'log', level: 'info', text: 'plain' });
  });

  test('progress is understood, and unknown or empty values are no progress', () => {
    assert.deepEqual(readStderrLine('frame=12'), { kind: 'progress', progress: { frames: 12 } });
    assert.deepEqual(readStderrLine('out_time_ms=1500000'), {
      kind: 'progress',
      progress: { microseconds: 1_500_000 },
    });
    assert.deepEqual(readStderrLine('out_time_us=N/A'), { kind: 'progress', progress: {} });
    assert.deepEqual(readStderrLine('progress=end'), { kind: 'progress', progress: {} });
  });

  test('fuzz: any line is understood as something, and none as an event that ffmpeg only remarked upon', () => {
    const word = fc.constantFrom('[error] ', '[info] ', '404 Not Found', 'frame=', 'out_time_us=', 'Connection refused', '9'.repeat(400)); // prettier-ignore
    const text = fc.array(fc.oneof(word, fc.string({ unit: 'binary', maxLength: 20 })), { maxLength: 8 });
    fc.assert(
      fc.property(text, (parts) => {
        const line = readStderrLine(`[info] ${parts.join('')}`);
        readStderrLine(parts.join(''));
        assert.deepEqual([line.kind, 'event' in line], ['log', false]);
        const progress = readStderrLine(`out_time_us=${parts.join('')}`);
        if (progress.kind !== 'progress') return;
        for (const value of Object.values(progress.progress)) assert.ok(Number.isFinite(value));
      }),
    );
  });
});
