import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import { before, suite, test } from 'node:test';
import { BufferPool } from '../../src/core/buffer-pool.js';
import { findFfmpeg, type FfmpegBinary } from '../../src/ffmpeg/binary.js';
import { decodedFrames, stoppable, type Decoding } from '../../src/sources/ffmpeg-source.js';
import { TestClock } from '../fakes/clock.js';
import { standIn } from '../fakes/ffmpeg-processes.js';

suite('frames of ffmpeg', () => {
  let binary: FfmpegBinary;
  before(async () => {
    binary = { ...(await findFfmpeg({ env: {} })), path: process.execPath };
  });

  function decoding(behaviour: string, pool = new BufferPool()): Decoding {
    const timeBase = { numerator: 1, denominator: 25 };
    return { binary, args: [standIn, behaviour], timeBase, pool, clock: new TestClock() };
  }

  test('a process that dies within a frame: the whole frames come, then the failure is returned', async () => {
    const frames = decodedFrames(decoding('dies-mid-frame'));
    const first = await frames.next();
    assert.ok(first.done !== true);
    const { pts, sequence, format, size } = first.value;
    assert.deepEqual(
      { pts, sequence, format, size },
      { pts: 0, sequence: 0, format: 'gray8', size: { width: 8, height: 4 } },
    );
    assert.deepEqual(first.value.pixels, new Uint8Array(32).fill(7));
    const last = await frames.next();
    assert.ok(last.done === true);
    assert.equal(last.value.frames, 1);
    assert.equal(last.value.unfinished, true);
    assert.equal(last.value.failure?.code, 'FFMPEG_FAILED');
  });

  test('nobody asking, ffmpeg waits: memory does not grow with what it could give', async () => {
    const taken = new Set<ArrayBuffer>();
    class CountingPool extends BufferPool {
      override take(byteLength: number): Uint8Array<ArrayBuffer> {
        const pixels = super.take(byteLength);
        taken.add(pixels.buffer);
        return pixels;
      }
    }
    const frames = decodedFrames(decoding('never-ends', new CountingPool()));
    for (let count = 0; count < 4; count++) {
      const next = await frames.next();
      assert.ok(next.done !== true);
      assert.equal(next.value.pts, count);
      // As long as colouring takes; a source that runs ahead does so here.
      await setTimeout(50);
      next.value.release();
    }
    await frames.return({ frames: 0, events: new Set(), unfinished: false });
    assert.ok(taken.size <= 5, `${taken.size} frames were held at once`);
  });

  test('aborting ends the iteration, also while a frame is being waited for', async () => {
    const stop = new AbortController();
    const frames = decodedFrames(decoding('hangs'), stop.signal);
    const pending = frames.next();
    stop.abort();
    const end = await pending;
    assert.ok(end.done === true);
    assert.equal(end.value.failure, undefined);
  });

  test('aborted before the beginning, nothing comes', async () => {
    const end = await decodedFrames(decoding('hangs'), AbortSignal.abort()).next();
    assert.equal(end.done, true);
  });

  test('returning ends a wait that would never end', async () => {
    const frames = stoppable(async function* (stop) {
      yield* decodedFrames(decoding('hangs'), stop);
    }, undefined);
    const iterator = frames[Symbol.asyncIterator]();
    const pending = iterator.next();
    await iterator.return?.();
    assert.equal((await pending).done, true);
  });
});
