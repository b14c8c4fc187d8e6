import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { BufferPool } from '../../src/core/buffer-pool.js';
import type { FrameMarks } from '../../src/core/frame.js';
import { createColorizer, type OnnxColorizer } from '../../src/model/colorizer.js';
import { frame, open, picture, plain, PLAIN, rgbOf } from '../fakes/tiny-pictures.js';

/** Notes the sizes of the buffers that it had to make. */
class CountingPool extends BufferPool {
  readonly made: number[] = [];
  #spare = 0;

  override take(byteLength: number): Uint8Array<ArrayBuffer> {
    if (this.#spare === 0) this.made.push(byteLength);
    else this.#spare -= 1;
    return super.take(byteLength);
  }

  override give(pixels: Uint8Array<ArrayBuffer>): void {
    this.#spare += 1;
    super.give(pixels);
  }
}

suite('colorizer', () => {
  let colorizer: OnnxColorizer;
  before(async () => {
    colorizer = await createColorizer(PLAIN);
  });
  after(() => colorizer.close());

  test('gives the picture, the thermal one beside it, and all that was known of the frame', async () => {
    const stream = colorizer.stream({ smoothing: 0 });
    const given = frame(100, 7, { frozen: false });
    const coloured = await stream.colorize({ ...given, pts: 4711, epoch: 3, name: 'a.png' });
    assert.deepEqual(rgbOf(coloured), [picture(100), picture(100), picture(100)]);
    assert.equal(coloured.format, 'rgb24');
    assert.equal(coloured.pixels.length, 64 * 32 * 3);
    assert.deepEqual(new Set(coloured.thermal), new Set([100]));
    assert.deepEqual([coloured.pts, coloured.epoch, coloured.sequence, coloured.name], [4711, 3, 7, 'a.png']);
    assert.deepEqual(coloured.marks, { frozen: false, synthesised: 'model' });
    assert.equal(given.released(), 1);
  });

  test('is coloured after the mean of the references, in any order of channels given', async (t) => {
    const colorizer = await open(t, { references: [plain(255, 0, 51), plain(0, 0, 153)] });
    assert.equal(colorizer.info.references, 2);
    const stream = colorizer.stream({ smoothing: 0 });
    assert.deepEqual(
      rgbOf(await stream.colorize(frame(100))),
      [0.5, 0, 0.4].map((colour) => picture(100, 100, colour)),
    );
    const holding = colorizer.stream({ smoothing: 1 });
    await holding.colorize(frame(100));
    await colorizer.useReferences([]);
    // However much is held from frame to frame, nothing of the photos before is.
    assert.deepEqual(rgbOf(await holding.colorize(frame(100, 1))), Array(3).fill(picture(100)));
    assert.deepEqual(rgbOf(await stream.colorize(frame(100))), Array(3).fill(picture(100)));
    await assert.rejects(colorizer.useReferences(['nowhere.jpg']), { code: 'REFERENCE_UNREADABLE' });
    assert.equal(colorizer.info.references, 0);
  });

  test('takes any size: padded, cropped, never stretched', async () => {
    const stream = colorizer.stream({ smoothing: 0 });
    for (const [width, height] of [
      [80, 60],
      [81, 61],
      [640, 512],
      [1280, 1024],
      [1, 1],
      [33, 5],
    ] as const) {
      const given = frame(0, 0, {}, { width, height });
      // A ramp whose steps stay within one cell of the state grid.
      given.pixels.forEach(
        (_, at) =>
          (given.pixels[at] = (Math.floor((at % width) / 4) * 4 + Math.floor(Math.floor(at / width) / 4) * 2) % 200),
      );
      const coloured = await stream.colorize(given);
      const expected = Array.from({ length: 256 }, (_, grey) => picture(grey));
      const worst = coloured.pixels.reduce((most, value, at) => {
        const grey = given.pixels[Math.floor(at / 3)] ?? 0;
        return Math.max(most, Math.abs(value - (expected[grey] ?? 0)));
      }, 0);
      assert.equal(coloured.pixels.length, width * height * 3);
      assert.ok(worst <= 1, `${width}×${height}: off by ${worst}`);
    }
  });

  test('carries colour over from frame to frame by smoothing', async () => {
    const stream = colorizer.stream({ smoothing: 0.5 });
    const out = [await stream.colorize(frame(0)), await stream.colorize(frame(200)), await stream.colorize(frame(200))];
    assert.deepEqual(
      out.map((coloured) => coloured.pixels[0]),
      [picture(0), picture(200, 100), picture(200, 150)],
    );
  });

  test('forgets on a cut and on another size or connection', async () => {
    const stream = colorizer.stream({ smoothing: 1 });
    const first = async (given: ReturnType<typeof frame>): Promise<number | undefined> =>
      (await stream.colorize(given)).pixels[0];
    assert.equal(await first(frame(0)), picture(0));
    assert.equal(await first(frame(200)), picture(200, 0));
    assert.equal(await first(frame(200, 0, { cut: true })), picture(200));
    assert.equal(await first(frame(40)), picture(40, 200));
    assert.equal(await first({ ...frame(40), epoch: 1 }), picture(40));
    assert.equal(await first({ ...frame(90, 0, {}, { width: 32, height: 32 }), epoch: 1 }), picture(90));
  });

  test('holds the state over a frozen frame and still gives its picture', async () => {
    const stream = colorizer.stream({ smoothing: 1 });
    const first = async (grey: number, marks: FrameMarks = {}): Promise<number | undefined> =>
      (await stream.colorize(frame(grey, 0, marks))).pixels[0];
    assert.equal(await first(10), picture(10));
    assert.equal(await first(250, { frozen: true }), picture(250, 10));
    assert.equal(await first(60), picture(60, 10));
  });

  test('streams keep their own order, state and smoothing, and take turns', async () => {
    const finished: string[] = [];
    const streams = [colorizer.stream({ smoothing: 0 }), colorizer.stream({ smoothing: 1 })];
    const work = streams.flatMap((stream, index) =>
      Array.from({ length: 12 }, async (_, sequence) => {
        const coloured = await stream.colorize(frame(20 * sequence, sequence));
        finished.push(`${'ab'.charAt(index)}${coloured.sequence}`);
        assert.equal(coloured.pixels[0], picture(20 * sequence, index === 0 ? 20 * sequence : 0));
      }),
    );
    await Promise.all(work);
    for (const name of 'ab') {
      const order = finished.filter((entry) => entry.startsWith(name)).map((entry) => Number(entry.slice(1)));
      assert.deepEqual(order, [...order.keys()]);
    }
    // All of a's frames were asked for before the first of b's, and yet b does not wait for them.
    assert.ok(finished.indexOf('b3') < finished.indexOf('a7'), finished.join(' '));
  });

  test('works in memory that goes round', async (t) => {
    const pool = new CountingPool();
    const stream = (await open(t, { pool })).stream({ smoothing: 0 });
    for (let sequence = 0; sequence < 10; sequence += 1) {
      const coloured = await stream.colorize(frame(sequence, sequence));
      coloured.release();
      coloured.release();
    }
    // One grey and one colour buffer, made for the first frame.
    assert.deepEqual(pool.made, [64 * 32, 64 * 32 * 3]);
  });

  test('refuses what it cannot colour, and goes on', async () => {
    assert.throws(() => colorizer.stream({ smoothing: 1.5 }), { code: 'OPTION_INVALID' });
    assert.throws(() => colorizer.stream({ smoothing: NaN }), { code: 'OPTION_INVALID' });
    const stream = colorizer.stream({ smoothing: 0 });
    const short = { ...frame(1), size: { width: 64, height: 33 } };
    await assert.rejects(stream.colorize(short), { code: 'INPUT_UNSUPPORTED' });
    await assert.rejects(stream.colorize({ ...frame(1), format: 'rgb24' }), { code: 'INPUT_UNSUPPORTED' });
    assert.equal((await stream.colorize(frame(8))).pixels[0], picture(8));
  });

  test('closing a stream waits for its frames; closing the colorizer gives back those that wait', async (t) => {
    const colorizer = await open(t);
    const [first, second] = [colorizer.stream({ smoothing: 0 }), colorizer.stream({ smoothing: 0 })];
    let done = 0;
    const frames = [1, 2, 3, 4].map((grey) => first.colorize(frame(grey)).then(() => (done += 1)));
    await first.close();
    assert.equal(done, 4);
    await Promise.all(frames);
    const late = frame(1);
    await assert.rejects(first.colorize(late), { code: 'INTERRUPTED' });
    assert.equal(late.released(), 1);

    const given = Array.from({ length: 8 }, (_, sequence) => frame(sequence, sequence));
    const results = Promise.allSettled(given.map((each) => second.colorize(each)));
    await colorizer.close();
    await colorizer.close();
    const outcomes = (await results).map((result) =>
      result.status === 'fulfilled' ? 'done' : (result.reason as { code: string }).code,
    );
    assert.deepEqual(outcomes, ['done', 'done', ...Array<string>(6).fill('INTERRUPTED')]);
    assert.deepEqual(
      given.map((each) => each.released()),
      Array(8).fill(1),
    );
    await assert.rejects(second.colorize(frame(1)), { code: 'INTERRUPTED' });
  });

  test('tells how long each frame took', async (t) => {
    const times: number[] = [];
    const stream = (await open(t, { onRun: (milliseconds) => times.push(milliseconds) })).stream({ smoothing: 0 });
    await Promise.all([1, 2, 3].map((grey) => stream.colorize(frame(grey))));
    assert.equal(times.length, 3);
    assert.ok(times.every((time) => time > 0));
  });
});
