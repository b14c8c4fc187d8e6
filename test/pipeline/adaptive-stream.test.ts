import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { BufferPool } from '../../src/core/buffer-pool.js';
import type { ColorizerStream } from '../../src/core/contracts.js';
import type { ColourFrame, Frame } from '../../src/core/frame.js';
import { AdaptiveStream } from '../../src/pipeline/adaptive-stream.js';
import { TestClock } from '../fakes/clock.js';
import { greyFrame, inRed, type TestFrame } from '../fakes/frames.js';

const SIZE = { width: 160, height: 96 };

/** A model that takes so many milliseconds for a picture of the full size. */
class SlowModel implements ColorizerStream {
  readonly taken: number[] = [];
  readonly widths: number[] = [];
  closed = false;

  constructor(
    private readonly clock: TestClock,
    private readonly fullMs: number,
  ) {}

  colorize(frame: Frame): Promise<ColourFrame> {
    this.taken.push(frame.sequence);
    this.widths.push(frame.size.width);
    this.clock.advance(this.fullMs * (frame.size.width / SIZE.width) ** 2);
    return Promise.resolve(inRed(frame));
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
}

suite('adaptive stream', () => {
  test('what comes out has the size of what came in, its thermal picture, and is released once', async () => {
    const clock = new TestClock();
    const model = new SlowModel(clock, 60);
    const stream = new AdaptiveStream(model, new BufferPool(), clock);
    const frames: TestFrame[] = [];
    for (let sequence = 0; sequence < 200; sequence += 1) {
      const frame = greyFrame(sequence, SIZE);
      frames.push(frame);
      const coloured = await stream.colorize({ ...frame, arrivedAt: 33 * sequence });
      assert.deepEqual([coloured.size, coloured.pixels.length], [SIZE, 3 * SIZE.width * SIZE.height]);
      assert.ok(coloured.thermal.every((value) => value === sequence));
      assert.ok(Math.abs((coloured.pixels[0] ?? NaN) - sequence) <= 1 && coloured.pixels[1] === 0);
      coloured.release();
    }
    assert.equal(stream.scale, 0.5);
    assert.deepEqual([...new Set(model.widths)], [160, 120, 80]);
    assert.ok(frames.slice(-50).every((frame) => frame.released() === 1));
    await stream.close();
    assert.ok(model.closed);
  });

  test('the model gets frames in the order of the calls, also where one of them is made smaller first', async () => {
    const clock = new TestClock();
    const model = new SlowModel(clock, 60);
    const stream = new AdaptiveStream(model, new BufferPool(), clock);
    for (let sequence = 0; sequence < 200; sequence += 2) {
      const pair = [sequence, sequence + 1].map((one) =>
        stream.colorize({ ...greyFrame(one, SIZE), arrivedAt: 33 * one }),
      );
      for (const coloured of await Promise.all(pair)) coloured.release();
    }
    assert.ok(stream.scale < 1);
    assert.deepEqual(
      model.taken,
      Array.from({ length: 200 }, (_, index) => index),
    );
  });

  test('a fault of the model is handed on and holds up nobody', async () => {
    const clock = new TestClock();
    const broken: ColorizerStream = {
      colorize: ({ sequence }) => Promise.reject(new Error(`frame ${sequence}`)),
      close: () => Promise.resolve(),
    };
    const stream = new AdaptiveStream(broken, new BufferPool(), clock);
    const calls = [0, 1].map((sequence) => stream.colorize(greyFrame(sequence, SIZE)));
    for (const [index, { status }] of (await Promise.allSettled(calls)).entries())
      assert.equal(status, 'rejected', String(index));
  });

  test('tiny pictures are left as they are', async () => {
    const clock = new TestClock();
    const model = new SlowModel(clock, 500);
    const stream = new AdaptiveStream(model, new BufferPool(), clock);
    for (let sequence = 0; sequence < 50; sequence += 1)
      (
        await stream.colorize({ ...greyFrame(sequence, { width: 20, height: 16 }), arrivedAt: 33 * sequence })
      ).release();
    assert.deepEqual([...new Set(model.widths)], [20]);
  });
});
