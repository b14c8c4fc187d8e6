import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, test, before } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { SourceInfo } from '../../src/core/contracts.js';
import type { Notice } from '../../src/core/notices.js';
import { findFfmpeg, type FfmpegBinary } from '../../src/ffmpeg/binary.js';
import { FfmpegSink, type VideoFileOptions } from '../../src/sinks/ffmpeg-sink.js';
import { colourBars, colourFrame, sourceInfo, type FrameDetails } from '../fakes/colour-frames.js';
import {
  BUNDLED_FFMPEG,
  decodedPictures,
  described,
  madeByFfmpeg,
  packetMicroseconds,
  packetTimes,
} from '../fakes/inspect-video.js';
import { comesTrue, runningWith } from '../fakes/ffmpeg-processes.js';
import { temporaryFolder } from '../fakes/temporary-folder.js';

let binary: FfmpegBinary;
before(async () => {
  binary = await findFfmpeg({ path: BUNDLED_FFMPEG });
});

const COLOURS = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255], [0, 0, 0], [200, 100, 50], [20, 180, 220], [128, 128, 128]] as const; // prettier-ignore

function optionsWith(details: Partial<VideoFileOptions> = {}): VideoFileOptions {
  return { binary, source: sourceInfo(), overwrite: false, notify: () => undefined, ...details };
}

async function writeAll(target: string, frames: readonly FrameDetails[], details: Partial<VideoFileOptions> = {}) {
  const sink = await FfmpegSink.open(target, optionsWith(details));
  try {
    for (const [sequence, frame] of frames.entries()) {
      const colour = colourFrame({ sequence, ...frame });
      await sink.write(colour);
      colour.release(); // ffmpeg must have it by now
    }
    return await sink.finish();
  } catch (thrown) {
    await sink.discard();
    throw thrown;
  }
}

function frames(count: number, details: (sequence: number) => FrameDetails = () => ({})): FrameDetails[] {
  return Array.from({ length: count }, (_, sequence) => details(sequence));
}

/** Times of a clip whose rate varies; it starts a little after 1.5 s, not on a whole millisecond. */
function irregular(sequence: number, ticksPerSecond = 90_000): number {
  return Math.round(1.500_37 * ticksPerSecond) + sequence * 423 + ((sequence * 7919) % 211);
}

async function audioSource(folder: string, seconds: number): Promise<NonNullable<SourceInfo['container']>> {
  const path = join(folder, 'source.mkv');
  const sine = `sine=duration=${seconds}`;
  await madeByFfmpeg('-f', 'lavfi', '-i', sine, '-f', 'lavfi', '-i', sine, '-map', '0', '-map', '1', '-c:a:0', 'aac', '-c:a:1', 'vorbis', '-strict', '-2', '-ac', '2', path); // prettier-ignore
  return { path, tracks: { audio: ['aac', 'vorbis'], subtitles: [] } };
}

suite('a video file', () => {
  test('keeps every frame and every irregular time to the tick', async (context) => {
    const folder = await temporaryFolder(context);
    for (const timeBase of [
      { numerator: 1, denominator: 90_000 },
      { numerator: 1, denominator: 12_800 },
      { numerator: 1, denominator: 1_000_000 },
    ]) {
      const target = join(folder, `${timeBase.denominator}.mp4`);
      const times = frames(30).map((_, sequence) => irregular(sequence, timeBase.denominator));
      const report = await writeAll(
        target,
        frames(30, (sequence) => ({ pts: times[sequence] ?? 0, timeBase })),
      );
      assert.equal(report.frames, 30);
      assert.deepEqual(await packetTimes(target), { timeBase, pts: times });
    }
  });

  test('is exact to the container’s own tick elsewhere', async (context) => {
    const folder = await temporaryFolder(context);
    for (const [extension, tolerance] of [
      ['mov', 0],
      ['ts', 0],
      ['mkv', 500],
    ] as const) {
      // prettier-ignore
      const target = join(folder, `a.${extension}`);
      await writeAll(
        target,
        frames(12, (sequence) => ({ pts: irregular(sequence) })),
      );
      const times = await packetMicroseconds(target);
      assert.equal(times.length, 12, extension);
      for (const [sequence, time] of times.entries()) {
        const off = Math.abs(time - Math.round((irregular(sequence) * 1e6) / 90_000));
        assert.ok(off <= tolerance, `${extension} ${sequence}: ${off} µs`);
      }
    }
  });

  test('shows the colours it was given, tagged as BT.709', async (context) => {
    const folder = await temporaryFolder(context);
    const size = { width: 128, height: 32 };
    const bars = colourBars(COLOURS, size);
    for (const codec of ['h264', 'h265', 'vp9', 'prores', 'mjpeg', 'ffv1']) {
      const target = join(folder, `${codec}.mkv`);
      await writeAll(
        target,
        frames(3, () => ({ size, pixels: bars.slice() })),
        { codec },
      );
      const about = await described(target);
      if (codec !== 'mjpeg' && codec !== 'ffv1') assert.match(about, /yuv4\d\dp(10le)?\(tv, bt709/, codec);
      const conversion = codec === 'mjpeg' ? 'in_color_matrix=bt601:in_range=pc' : undefined;
      const [picture = new Uint8Array()] = await decodedPictures(target, size, conversion);
      for (const [index, colour] of COLOURS.entries()) {
        const at = (16 * size.width + index * 16 + 8) * 3;
        for (const [channel, value] of colour.entries()) {
          const got = picture[at + channel] ?? -1;
          assert.ok(Math.abs(got - value) <= (codec === 'ffv1' ? 0 : 6), `${codec} bar ${index}: ${got} for ${value}`);
        }
      }
    }
  });

  test('of odd size gains one pixel that repeats the edge', async (context) => {
    const target = join(await temporaryFolder(context), 'a.mp4');
    const size = { width: 81, height: 61 };
    await writeAll(
      target,
      frames(2, () => ({ size, pixels: colourBars([[250, 20, 30]], size) })),
      { crf: 5 },
    );
    const padded = { width: 82, height: 62 };
    const [picture = new Uint8Array()] = await decodedPictures(target, padded);
    assert.equal(picture.length, 82 * 62 * 3);
    for (const [x, y] of [
      [0, 0],
      [80, 60],
      [81, 61],
      [81, 0],
      [0, 61],
    ] as const) {
      // prettier-ignore
      const at = (y * 82 + x) * 3;
      const rgb = picture.subarray(at, at + 3);
      assert.ok(
        rgb.every((value, channel) => Math.abs(value - ([250, 20, 30][channel] ?? 0)) <= 6),
        `${x},${y}: ${rgb.join()}`,
      );
    }
  });

  test('says that its colours are made up, and asks no more of players than it needs', async (context) => {
    const folder = await temporaryFolder(context);
    for (const extension of ['mp4', 'mov', 'mkv', 'ts']) {
      const target = join(folder, `a.${extension}`);
      await writeAll(target, frames(12));
      assert.match(await described(target), /Colours synthesised by daylit/, extension);
    }
    const bytes = await readFile(join(folder, 'a.mp4'));
    assert.ok(bytes.indexOf('moov') < bytes.indexOf('mdat'), 'index first');
    // In the avcC box the level follows version, profile and compatibility: 64x48 at 25 a second is level 1.
    assert.equal(bytes[bytes.indexOf('avcC') + 7], 10);
  });

  test('takes the tracks along that its container holds, and tells of the others', async (context) => {
    const folder = await temporaryFolder(context);
    const source = sourceInfo({ container: await audioSource(folder, 1), frameCount: 25 });
    const notices: Notice[] = [];
    const target = join(folder, 'a.mp4');
    await writeAll(target, frames(25), { source, notify: (notice) => notices.push(notice) });
    const times = await packetMicroseconds(target, 'a:0');
    assert.ok((times.at(-1) ?? 0) > 900_000);
    await assert.rejects(packetMicroseconds(target, 'a:1'));
    assert.equal((await packetTimes(target)).pts.length, 25);
    assert.deepEqual(
      notices.map(({ kind, data }) => [kind, data?.['tracks']]),
      [['tracks-left-out', 'audio (vorbis)']],
    );
  });

  test('of a job that stopped early ends its other tracks with the picture', async (context) => {
    const folder = await temporaryFolder(context);
    const source = sourceInfo({ container: await audioSource(folder, 4), frameCount: 100 });
    for (const extension of ['mp4', 'mkv']) {
      const target = join(folder, `a.${extension}`);
      const report = await writeAll(target, frames(10), { source });
      assert.equal(report.frames, 10);
      assert.deepEqual(
        await packetMicroseconds(target),
        frames(10).map((_, sequence) => sequence * 40_000),
      );
      const [last = 0] = (await packetMicroseconds(target, 'a:0')).slice(-1);
      assert.ok(last > 300_000 && last < 420_000, `${extension}: audio until ${last} µs`);
      assert.match(await described(target), /Colours synthesised by daylit/);
    }
    assert.deepEqual((await readdir(folder)).sort(), ['a.mkv', 'a.mp4', 'source.mkv']);
  });
});

suite('a video file that cannot be completed', () => {
  test('leaves nothing when discarded, at any time', async (context) => {
    const folder = await temporaryFolder(context);
    const target = join(folder, 'new/a.mp4');
    const unused = await FfmpegSink.open(target, optionsWith());
    await unused.discard();
    const begun = await FfmpegSink.open(target, optionsWith());
    for (const details of frames(5, (sequence) => ({ sequence }))) await begun.write(colourFrame(details));
    await Promise.all([begun.discard(), begun.discard()]);
    await assert.rejects(begun.write(colourFrame()), { code: 'INTERRUPTED' });
    assert.deepEqual(await readdir(folder), []);
  });

  test('refuses a frame of another size', async (context) => {
    const folder = await temporaryFolder(context);
    const sink = await FfmpegSink.open(join(folder, 'a.mp4'), optionsWith());
    await sink.write(colourFrame());
    const other = colourFrame({ sequence: 1, size: { width: 32, height: 32 } });
    await assert.rejects(sink.write(other), { code: 'OUTPUT_UNSUPPORTED', hint: /folder/ });
    await sink.discard();
    assert.deepEqual(await readdir(folder), []);
  });

  test('without frames leaves nothing', async (context) => {
    const folder = await temporaryFolder(context);
    const sink = await FfmpegSink.open(join(folder, 'a.mp4'), optionsWith());
    await assert.rejects(sink.finish(), { code: 'INPUT_EMPTY' });
    assert.deepEqual(await readdir(folder), []);
  });

  test('does not replace a file that came meanwhile', async (context) => {
    const folder = await temporaryFolder(context);
    const sink = await FfmpegSink.open(join(folder, 'a.mp4'), optionsWith());
    await sink.write(colourFrame());
    await writeFile(join(folder, 'a.mp4'), 'mine');
    await assert.rejects(sink.finish(), { code: 'OUTPUT_EXISTS' });
    assert.deepEqual(await readdir(folder), ['a.mp4']);
    assert.equal(await readFile(join(folder, 'a.mp4'), 'utf8'), 'mine');
  });

  test('tells why the encoder died, and leaves nothing', async (context) => {
    const folder = await temporaryFolder(context);
    const standIns = {
      'dies mid-way': ['head -c 100000 >/dev/null; echo "[error] the encoder is unwell" >&2; exit 3', 'FFMPEG_FAILED'],
      'dies at the end': ['cat >/dev/null; echo "[error] cannot write the index" >&2; exit 1', 'FFMPEG_FAILED'],
      'is killed': ['head -c 100000 >/dev/null; kill -9 $$', 'FFMPEG_FAILED'],
      'stops early, content': ['head -c 100000 >/dev/null', 'FFMPEG_FAILED'],
      'finds the disk full': ['head -c 100000 >/dev/null; echo "[error] av_interleaved_write_frame(): No space left on device" >&2; exit 1', 'OUTPUT_FULL'], // prettier-ignore
      'finds the disk full but ends well': ['cat >/dev/null; echo "[error] out.mp4: No space left on device" >&2', 'OUTPUT_FULL'], // prettier-ignore
    } as const;
    for (const [what, [script, code]] of Object.entries(standIns)) {
      const path = join(folder, 'ffmpeg');
      await writeFile(path, `#!/bin/sh\n${script}\n`);
      await chmod(path, 0o755);
      const target = join(folder, 'a.mp4');
      await assert.rejects(writeAll(target, frames(40), { binary: { ...binary, path } }), { code }, what);
      assert.deepEqual(await readdir(folder), ['ffmpeg'], what);
    }
    const missing = { ...binary, path: join(folder, 'no-such-ffmpeg') };
    await assert.rejects(writeAll(join(folder, 'b.mp4'), frames(3), { binary: missing }), { code: 'FFMPEG_NOT_FOUND' });
  });

  test(
    'leaves no file under its name when we are killed, and the next job clears away',
    { timeout: 20_000 },
    async (context) => {
      const folder = await temporaryFolder(context);
      const program = fileURLToPath(new URL('../fakes/writes-forever.js', import.meta.url));
      const target = join(folder, 'a.mp4');
      const job = spawn(process.execPath, [program, target, BUNDLED_FFMPEG], { stdio: ['ignore', 'pipe', 'inherit'] });
      await once(job.stdout, 'data');
      job.kill('SIGKILL');
      await once(job, 'exit');
      const left = await readdir(folder);
      assert.equal(left.length, 1);
      assert.match(left[0] ?? '', /^\.a\.\d+-[0-9a-f]{8}\.partial\.mp4$/);
      // The encoder may still be finishing what it had; only then is all there that there will be.
      assert.ok(await comesTrue(() => runningWith(folder).length === 0, 5000));
      const report = await writeAll(target, frames(2));
      assert.equal(report.frames, 2);
      assert.deepEqual(await readdir(folder), ['a.mp4']);
    },
  );
});
