import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { BufferPool } from '../../src/core/buffer-pool.js';
import { findFfmpeg } from '../../src/ffmpeg/binary.js';
import { ffmpegArguments, exactTiming, fileAddress, STDOUT } from '../../src/ffmpeg/command.js';
import { NutDemuxer, type NutData } from '../../src/ffmpeg/nut-demux.js';
import { startFfmpeg } from '../../src/ffmpeg/process.js';
import { klvClip } from '../fakes/klv-clip.js';

const TIME_BASE = { numerator: 1, denominator: 90_000 };

/** ffmpeg's own NUT of pictures with data beside them. */
async function nutOf(path: string): Promise<Buffer> {
  const binary = await findFfmpeg();
  const options = [
    '-map',
    '0:V:0',
    '-map',
    '0:d:0',
    '-c:d',
    'copy',
    '-max_interleave_delta',
    '1',
    '-vf',
    'format=gray',
  ];
  const ffmpeg = startFfmpeg(
    binary.path,
    ffmpegArguments({
      inputs: [{ address: fileAddress(path), options: ['-copyts'] }],
      outputs: [
        { address: STDOUT, options: [...options, ...exactTiming(binary, TIME_BASE), '-c:v', 'rawvideo', '-f', 'nut'] },
      ],
    }),
    { stdout: 'pipe' },
  );
  const chunks: Buffer[] = [];
  ffmpeg.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
  await ffmpeg.finished;
  return Buffer.concat(chunks);
}

function read(bytes: Uint8Array, step: number): { frames: number; data: NutData[]; demuxer: NutDemuxer } {
  const pool = new BufferPool();
  const demuxer = new NutDemuxer(pool);
  const data: NutData[] = [];
  let frames = 0;
  for (let at = 0; at < bytes.length; at += step) {
    for (const { pixels } of demuxer.push(bytes.subarray(at, at + step))) {
      pool.give(pixels);
      frames += 1;
    }
    data.push(...demuxer.takeData());
  }
  return { frames, data, demuxer };
}

suite('NUT with data beside the pictures', () => {
  test('packets come out to the byte with their times, whatever the chunks; damage never throws', async (t) => {
    const clip = await klvClip(t, { frames: 20, packets: 30, packetsPerSecond: 30 });
    const nut = await nutOf(clip.path);
    for (const step of [1, 777, 65_536]) {
      const { frames, data, demuxer } = read(nut, step);
      assert.equal(frames, 20);
      assert.equal(demuxer.damages, 0);
      assert.equal(demuxer.unfinished, false);
      assert.deepEqual(
        data.map(({ bytes }) => Buffer.from(bytes)),
        clip.packets.map(({ klv }) => Buffer.from(klv)),
      );
      data.forEach(({ seconds }, index) => {
        assert.ok(Math.abs(seconds - (clip.packets[index]?.seconds ?? NaN)) < 1e-4);
      });
    }
    const start = Uint8Array.from(nut.subarray(0, 20_000));
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(start.length - 1), fc.nat(255)), { maxLength: 6 }), (hurts) => {
        const damaged = Uint8Array.from(start);
        for (const [at, value] of hurts) damaged[at] = value;
        for (const { bytes } of read(damaged, 4096).data) assert.ok(bytes.length <= 65_536);
      }),
    );
  });
});
