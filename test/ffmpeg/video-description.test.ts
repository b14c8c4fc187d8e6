import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { exactRate } from '../../src/ffmpeg/frame-rate.js';
import { describeInput } from '../../src/ffmpeg/video-description.js';

function described(...lines: string[]): ReturnType<typeof describeInput> {
  return describeInput([
    "Input #0, mov,mp4, from 'file:a.mp4':",
    ...lines,
    'Stream mapping:',
    '  Stream #0:9: Audio: opus',
  ]);
}

suite('description of an input', () => {
  test('video, sound and subtitles as the 2018 build prints them', () => {
    assert.deepEqual(
      described(
        '  Duration: 00:01:07.44, start: 1.480000, bitrate: 148 kb/s',
        '    Stream #0:0(und): Video: h264 (High) (avc1 / 0x31637661), yuv420p, 320x240 [SAR 1:1 DAR 4:3], 183 kb/s, 10.98 fps, 25 tbr, 90k tbn, 180k tbc (default)',
        '    Stream #0:1(eng): Audio: aac (LC) (mp4a / 0x6134706D), 44100 Hz, mono, fltp, 69 kb/s (default)',
        '    Stream #0:2: Audio: pcm_s16le, 48000 Hz, 2 channels, s16, 1536 kb/s',
        '    Stream #0:3(eng): Subtitle: mov_text (tx3g / 0x67337874), 0 kb/s (default)',
      ),
      {
        durationSeconds: 67.44,
        audio: ['aac', 'pcm_s16le'],
        subtitles: ['mov_text'],
        video: {
          codec: 'h264',
          pixelFormat: 'yuv420p',
          bitDepth: 8,
          grey: false,
          range: 'unknown',
          size: { width: 320, height: 240 },
          rotation: 0,
          frameRate: { numerator: 549, denominator: 50 },
        },
      },
    );
  });

  const FORMATS = [
    ['ffv1 (FFV1 / 0x31564646), gray16le(progressive), 256x16, 25 fps', { grey: true, bitDepth: 16, range: 'full' }],
    [
      'ffv1 (FFV1 / 0x31564646), gray10le(pc, progressive), 256x16, 25 fps',
      { grey: true, bitDepth: 10, range: 'full' },
    ],
    ['h264 (High), yuv420p(tv, bt709, progressive), 256x16, 25 fps', { grey: false, bitDepth: 8, range: 'limited' }],
    ['mjpeg (Baseline) (MJPG / 0x47504A4D), yuvj420p(pc, bt470bg/unknown/unknown), 256x16', { range: 'full' }],
    ['hevc (Main 10), p010le(tv), 256x16 [SAR 1:1 DAR 16:1], 25 fps', { bitDepth: 10, range: 'limited' }],
    ['png, rgb48be, 256x16, 25 tbr', { bitDepth: 16, grey: false }],
    ['rawvideo (RGB[24] / 0x18424752), rgb24, 256x16, 5 fps', { bitDepth: 8, grey: false, pixelFormat: 'rgb24' }],
    ['rawvideo, bgr565le, 256x16, 5 fps', { bitDepth: 8 }],
  ] as const;
  for (const [text, expected] of FORMATS) {
    test(text, () => {
      const { video } = described(`  Stream #0:0[0x1](und): Video: ${text}`);
      assert.deepEqual(video?.size, { width: 256, height: 16 });
      assert.deepEqual({ ...video, ...expected }, video);
    });
  }

  test('a turned picture has its upright size, in both wordings', () => {
    for (const matrix of ['displaymatrix: rotation of -90.00 degrees', 'Display Matrix: rotation of -90.00 degrees']) {
      const { video } = described(
        '  Stream #0:0: Video: h264, yuv420p, 320x240, 30 fps',
        '    Side data:',
        `      ${matrix}`,
      );
      assert.deepEqual(video?.size, { width: 240, height: 320 });
      assert.equal(video.rotation, 270);
    }
  });

  test('a cover picture is no video', () => {
    const { video, audio } = described(
      '  Stream #0:0: Audio: mp3, 44100 Hz, stereo, fltp, 128 kb/s',
      '  Stream #0:1: Video: png, rgb24(pc), 300x300, 90k tbr (attached pic)',
    );
    assert.equal(video, undefined);
    assert.deepEqual(audio, ['mp3']);
  });

  test('nothing is nothing', () => {
    assert.deepEqual(describeInput(['error']), { audio: [], subtitles: [] });
  });
});

suite('frame rates', () => {
  const RATES = [
    [29.97, 30000, 1001],
    [23.98, 24000, 1001],
    [59.94, 60000, 1001],
    [25, 25, 1],
    [12.5, 25, 2],
    [8.7, 87, 10],
    [10.98, 549, 50],
  ] as const;
  for (const [rate, numerator, denominator] of RATES) {
    test(`${rate} is ${numerator}/${denominator}`, () => {
      assert.deepEqual(exactRate(rate), { numerator, denominator });
    });
  }

  test('what is no rate is none', () => {
    for (const rate of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) assert.equal(exactRate(rate), undefined);
  });

  test('fuzz: any words about a stream are a description with a size that pictures can have, or none', () => {
    const word = fc.constantFrom('  Stream #0:0: Video: h264, ', 'yuv420p', ', 640x512', ', 25 fps', ' [SAR 1:1 DAR 5:4]', ', 0x0', ', 1/0 fps', '(tv)', 'Duration: 99:99:99.9', '\n'); // prettier-ignore
    const text = fc.array(fc.oneof(word, fc.string({ unit: 'binary', maxLength: 12 })), { maxLength: 12 });
    fc.assert(
      fc.property(text, (parts) => {
        const { video, durationSeconds } = describeInput(['Input #0, mpegts, from a:', ...parts.join('').split('\n')]);
        if (durationSeconds !== undefined) assert.ok(Number.isFinite(durationSeconds));
        if (video === undefined) return;
        assert.ok(Number.isInteger(video.size.width) && Number.isInteger(video.size.height));
        if (video.frameRate !== undefined) assert.ok(video.frameRate.numerator > 0 && video.frameRate.denominator > 0);
      }),
    );
  });
});
