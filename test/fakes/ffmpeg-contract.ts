import assert from 'node:assert/strict';
import { mkdtemp, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { BufferPool } from '../../src/core/buffer-pool.js';
import { systemClock } from '../../src/core/clock.js';
import type { Source } from '../../src/core/contracts.js';
import type { ErrorCode } from '../../src/core/errors.js';
import type { Rational } from '../../src/core/frame.js';
import type { Notice } from '../../src/core/notices.js';
import type { FfmpegBinary } from '../../src/ffmpeg/binary.js';
import { exactTiming } from '../../src/ffmpeg/command.js';
import { openFile, type FileOptions } from '../../src/sources/file.js';
import { lavfi, listedTimes, makeClip, makeClipOf } from './ffmpeg-clips.js';

const TICK: Rational = { numerator: 1, denominator: 90000 };
/** Irregular, with pauses, from 1.5 s on; no two neighbours alike. */
const TIMES = [0, 3600, 3601, 9007, 12611, 90000, 90777, 101101, 200003, 200004].map((time) => time + 135000);
const RAMP = { width: 256, height: 16 };
const LOSSLESS = ['-c:v', 'libx264', '-qp', '0', '-preset', 'ultrafast'];

/** What daylit needs of an ffmpeg build, tried on real clips that the build makes itself. */
export function ffmpegContract(name: string, find: () => Promise<FfmpegBinary>): void {
  suite(`ffmpeg, ${name}`, () => {
    let folder = '';
    let binary: FfmpegBinary;
    const at = (file: string): string => join(folder, file);
    before(async () => {
      binary = await find();
      folder = await mkdtemp(join(tmpdir(), 'daylit-'));
    });
    after(() => rm(folder, { recursive: true }));

    const opened = (path: string, more: Partial<FileOptions> = {}): Promise<Source> =>
      openFile(path, { binary, pool: new BufferPool(), clock: systemClock, notify: () => undefined, ...more });
    const read = async (source: Source): Promise<{ pts: number; pixels: Buffer }[]> => {
      const frames = [];
      for await (const frame of source.frames()) {
        frames.push({ pts: frame.pts, pixels: Buffer.from(frame.pixels) });
        assert.equal(frame.sequence, frames.length - 1);
        frame.release();
      }
      return frames;
    };
    const ramp = Uint8Array.from({ length: 4096 }, (_, index) => index % 256);
    const rampClip = (file: string, ...options: string[]): Promise<string> => {
      const video = { format: 'gray8', size: RAMP, timeBase: TICK } as const;
      return makeClipOf(binary, video, [{ pts: 0, pixels: ramp }], at(file), ...options);
    };
    const failsWith = async (code: ErrorCode, path: string): Promise<void> => {
      await assert.rejects(opened(path).then(read), { code });
    };

    // The MP4 writer of 2018 loses the last frames of an irregular clip with B-frames, so those go into MPEG-TS.
    const VARIABLE = [
      ['mp4', '-bf', '0', '-video_track_timescale', '90000'],
      ['ts', '-bf', '2', '-muxdelay', '0', '-muxpreload', '0'],
    ] as const;
    for (const [ending, ...container] of VARIABLE) {
      test(`a clip of variable rate keeps every timestamp, into a file and out of it: ${ending}`, async () => {
        const size = { width: 33, height: 17 };
        const pictures = TIMES.map((pts, index) => ({ pts, pixels: new Uint8Array(33 * 17).fill(20 * index) }));
        const options = [...exactTiming(binary, TICK), '-c:v', 'libx264', '-pix_fmt', 'yuv444p', ...container];
        const declared = { format: 'gray8', size, timeBase: TICK } as const;
        const path = await makeClipOf(binary, declared, pictures, at(`vfr.${ending}`), ...options);
        assert.deepEqual(await listedTimes(binary, path), { timeBase: TICK, pts: TIMES });
        const source = await opened(path);
        assert.deepEqual(source.info.timeBase, TICK);
        assert.deepEqual(source.info.size, size);
        assert.deepEqual(
          (await read(source)).map(({ pts }) => pts),
          TIMES,
        );
      });
    }

    test('a time base that is no unit fraction is found and kept', async () => {
      const rate = ['-c:v', 'mpeg4', '-q:v', '3'];
      const path = await makeClip(binary, [lavfi('testsrc2=s=64x48:r=30000/1001:d=0.5')], at('ntsc.avi'), ...rate);
      const source = await opened(path);
      assert.deepEqual(source.info.timeBase, { numerator: 1001, denominator: 30000 });
      assert.deepEqual(source.info.frameRate, { numerator: 30000, denominator: 1001 });
      const { pts } = await listedTimes(binary, path);
      assert.ok(pts.length >= 14);
      assert.deepEqual(
        (await read(source)).map((frame) => frame.pts),
        pts,
      );
    });

    test('grey in limited range is expanded, in full range left alone', async () => {
      const clips = [
        await rampClip('limited.mp4', '-vf', 'scale=out_range=tv,format=yuv420p', '-color_range', 'tv', ...LOSSLESS),
        await rampClip('untold.mp4', '-vf', 'scale=out_range=tv,format=yuv420p', ...LOSSLESS),
        await rampClip('full.mp4', '-vf', 'scale=out_range=pc,format=yuvj420p', '-color_range', 'pc', ...LOSSLESS),
        await rampClip('grey.mkv', '-c:v', 'ffv1', '-pix_fmt', 'gray'),
      ];
      for (const path of clips) {
        const source = await opened(path);
        assert.equal(source.info.format, 'gray8', path);
        const [frame] = await read(source);
        assert.ok(frame !== undefined);
        // 219 levels cannot tell all 256 apart.
        const worst = Math.max(...frame.pixels.map((value, index) => Math.abs(value - (ramp[index] ?? 0))));
        assert.ok(worst <= 1, `${path} is off by ${worst}`);
      }
    });

    test('a range that the user states wins over the tag', async () => {
      const tagged = await rampClip(
        't.mp4',
        '-vf',
        'scale=out_range=pc,format=yuvj420p',
        '-color_range',
        'pc',
        ...LOSSLESS,
      );
      const untagged = await rampClip('u.mp4', '-vf', 'scale=out_range=tv,format=yuv420p', ...LOSSLESS);
      const [squeezed] = await read(await opened(untagged, { range: 'full' }));
      assert.deepEqual([squeezed?.pixels[0], squeezed?.pixels[255]], [16, 235]);
      const [stretched] = await read(await opened(tagged, { range: 'limited' }));
      assert.deepEqual(
        [16, 20, 128, 235, 255].map((index) => stretched?.pixels[index]),
        [0, 4, 130, 255, 255],
      );
    });

    test('16 bit come through exactly', async () => {
      const counts = Uint16Array.from({ length: 64 * 48 }, (_, index) => (index * 21 + 7) % 65536);
      const pixels = new Uint8Array(counts.buffer);
      const video = { format: 'gray16le', size: { width: 64, height: 48 }, timeBase: TICK } as const;
      const path = await makeClipOf(
        binary,
        video,
        [{ pts: 0, pixels }],
        at('y16.mkv'),
        '-c:v',
        'ffv1',
        '-pix_fmt',
        'gray16le',
      );
      const source = await opened(path);
      assert.equal(source.info.format, 'gray16le');
      assert.deepEqual((await read(source))[0]?.pixels, Buffer.from(pixels));
    });

    test('false colours come as rgb24, and other tracks are named', async () => {
      const titles = at('titles.srt');
      await writeFile(titles, '1\n00:00:00,000 --> 00:00:01,000\nnorth gate\n');
      const inputs = [lavfi('testsrc2=s=64x48:d=1:r=10'), lavfi('sine=d=1'), { address: `file:${titles}` }];
      const path = await makeClip(binary, inputs, at('colours.mkv'), '-c:v', 'libx264', '-c:a', 'aac', '-c:s', 'srt');
      const { info } = await opened(path);
      assert.equal(info.format, 'rgb24');
      assert.deepEqual(info.container, { path, tracks: { audio: ['aac'], subtitles: ['subrip'] } });
      assert.deepEqual([info.codec, info.frameCount, info.kind], ['h264', 10, 'video']);
    });

    test('what is no video has a code that says why', async () => {
      await writeFile(at('text.mp4'), 'These are no moving pictures.\n'.repeat(20));
      await writeFile(at('empty.mp4'), '');
      await failsWith('INPUT_UNREADABLE', at('text.mp4'));
      await failsWith('INPUT_EMPTY', at('empty.mp4'));
      await failsWith('INPUT_NOT_FOUND', at('nowhere.mp4'));
      await failsWith('INPUT_UNREADABLE', folder);
      await failsWith('INPUT_EMPTY', await makeClip(binary, [lavfi('sine=d=1')], at('sound.m4a'), '-c:a', 'aac'));
      const wide = await makeClip(binary, [lavfi('color=s=8256x16:d=0.1')], at('wide.avi'), '-c:v', 'mjpeg');
      await failsWith('INPUT_TOO_LARGE', wide);
    });

    test('a cut-off file gives its frames, then INPUT_DAMAGED, or a notice where that is enough', async () => {
      for (const file of ['cut.mp4', 'cut.mkv']) {
        const path = at(file);
        const options = [
          '-c:v',
          'mpeg4',
          '-q:v',
          '2',
          '-g',
          '1',
          ...(file.endsWith('mp4') ? ['-movflags', 'faststart'] : []),
        ];
        await makeClip(binary, [lavfi('testsrc2=s=160x120:d=2:r=25')], path, ...options);
        const handle = await open(path, 'r+');
        await handle.truncate(Math.round((await stat(path)).size * 0.6));
        await handle.close();
        let count = 0;
        const reading = async (): Promise<void> => {
          for await (const frame of (await opened(path)).frames()) {
            count += 1;
            frame.release();
          }
        };
        await assert.rejects(reading, { code: 'INPUT_DAMAGED' });
        assert.ok(count > 20 && count < 40, `${file}: ${count}`);
        const notices: Notice[] = [];
        const kept = await read(await opened(path, { keepPartial: true, notify: (notice) => notices.push(notice) }));
        assert.equal(kept.length, count);
        assert.deepEqual(
          notices.map(({ kind }) => kind),
          ['input-damaged'],
        );
      }
    });

    test('an mp4 without its table of contents is damaged, not another type', async () => {
      const whole = await readFile(await rampClip('whole.mp4', ...LOSSLESS));
      await writeFile(at('half.mp4'), whole.subarray(0, whole.length / 2));
      await failsWith('INPUT_DAMAGED', at('half.mp4'));
    });
  });
}
