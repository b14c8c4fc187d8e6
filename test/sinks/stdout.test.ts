import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { PassThrough, Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { suite, test } from 'node:test';
import sharp from 'sharp';
import { BufferPool } from '../../src/core/buffer-pool.js';
import { NutDemuxer } from '../../src/ffmpeg/nut-demux.js';
import { StdoutSink, type StdoutFormat } from '../../src/sinks/stdout.js';
import { colourFrame } from '../fakes/colour-frames.js';

const SIZE = { width: 16, height: 8 };

async function bytesOf(format: StdoutFormat, count: number): Promise<Buffer> {
  const pipe = new PassThrough();
  const all = buffer(pipe);
  const sink = new StdoutSink(pipe, format);
  for (let sequence = 0; sequence < count; sequence++) {
    const pixels = new Uint8Array(16 * 8 * 3).fill(10 * sequence);
    await sink.write(colourFrame({ sequence, size: SIZE, pixels, pts: 1000 + 7 * sequence ** 2 }));
  }
  assert.deepEqual(await sink.finish(), { target: '-', frames: count });
  pipe.end();
  return all;
}

suite('stdout', () => {
  test('carries NUT with exact times', async () => {
    const demuxer = new NutDemuxer(new BufferPool());
    const frames = demuxer.push(await bytesOf('nut', 4));
    assert.deepEqual(
      frames.map(({ pts, pixels }) => [pts, pixels[0], pixels.length]),
      [0, 1, 2, 3].map((sequence) => [1000 + 7 * sequence ** 2, 10 * sequence, 16 * 8 * 3]),
    );
    assert.deepEqual(demuxer.video, { format: 'rgb24', size: SIZE, timeBase: { numerator: 1, denominator: 90_000 } });
  });

  test('carries bare pixels', async () => {
    const bytes = await bytesOf('rgb24', 3);
    assert.equal(bytes.length, 3 * 16 * 8 * 3);
    assert.deepEqual([bytes[0], bytes[16 * 8 * 3], bytes.at(-1)], [0, 10, 20]);
  });

  test('carries Motion JPEG', async () => {
    const bytes = await bytesOf('mjpeg', 3);
    const starts: number[] = [];
    for (let at = bytes.indexOf('ffd8ff', 0, 'hex'); at >= 0; at = bytes.indexOf('ffd8ff', at + 1, 'hex'))
      starts.push(at);
    assert.equal(starts.length, 3);
    const { width, height, format } = await sharp(bytes.subarray(starts[1], starts[2])).metadata();
    assert.deepEqual({ width, height, format }, { ...SIZE, format: 'jpeg' });
  });

  test('waits for a slow reader', async () => {
    const taken: (() => void)[] = [];
    const slow = new Writable({ highWaterMark: 1, write: (_chunk, _encoding, done) => taken.push(() => { done(); }) }); // prettier-ignore
    const sink = new StdoutSink(slow, 'rgb24');
    let written = false;
    const write = sink.write(colourFrame()).then(() => (written = true));
    await new Promise(setImmediate);
    assert.equal(written, false);
    taken.shift()?.();
    await write;
    assert.equal(written, true);
  });

  test('ends by a code of its own when the reader goes away', async () => {
    const reader = spawn('head', ['-c', '10'], { stdio: ['pipe', 'ignore', 'ignore'] });
    const sink = new StdoutSink(reader.stdin, 'rgb24');
    const writeForever = async (): Promise<never> => {
      for (let sequence = 0; ; sequence++)
        await sink.write(colourFrame({ sequence, size: { width: 256, height: 256 } }));
    };
    await assert.rejects(writeForever(), { code: 'OUTPUT_CLOSED', exitStatus: 0 });
    await assert.rejects(sink.write(colourFrame()), { code: 'OUTPUT_UNSUPPORTED' });
    await assert.rejects(sink.finish(), { code: 'OUTPUT_CLOSED' });
    await sink.discard();
  });

  test('refuses a frame of another size', async () => {
    const sink = new StdoutSink(new PassThrough(), 'rgb24');
    await sink.write(colourFrame());
    await assert.rejects(sink.write(colourFrame({ size: SIZE })), { code: 'OUTPUT_UNSUPPORTED' });
  });
});
