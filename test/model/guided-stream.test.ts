import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createColorizer } from '../../src/model/colorizer.js';
import { frame, open, picture, plain, PLAIN, rgbOf } from '../fakes/tiny-pictures.js';

suite('guided stream', () => {
  test('streams have photos of their own, changed while they run, and leave the others alone', async (t) => {
    const colorizer = await open(t, { references: [plain(255, 0, 0)] });
    const common = colorizer.stream({ smoothing: 1 });
    const own = colorizer.stream({ smoothing: 1, references: [plain(0, 0, 255)] });
    const none = colorizer.stream({ smoothing: 0, references: [] });
    const inColours = (colours: readonly number[]): number[] => colours.map((colour) => picture(100, 100, colour));
    const learned = inColours([0.25, 0.25, 0.25]);
    // Nobody waited for the photo to be encoded: the frame does.
    assert.deepEqual(rgbOf(await own.colorize(frame(100))), inColours([0, 0, 1]));
    assert.deepEqual(rgbOf(await common.colorize(frame(100))), inColours([1, 0, 0]));
    assert.deepEqual(rgbOf(await none.colorize(frame(100))), learned);

    await colorizer.useReferences([plain(0, 255, 0)]);
    assert.deepEqual(rgbOf(await common.colorize(frame(100, 1))), inColours([0, 1, 0]));
    assert.deepEqual(rgbOf(await own.colorize(frame(100, 1))), inColours([0, 0, 1]));

    // Of two changes the later one holds, however long each takes; then what was held from before does not count.
    const changes = [own.useReferences([plain(255, 255, 255)]), own.useReferences([plain(255, 255, 0)])];
    await Promise.all(changes);
    assert.deepEqual(rgbOf(await own.colorize(frame(100, 2))), inColours([1, 1, 0]));
    assert.deepEqual(rgbOf(await common.colorize(frame(100, 2))), inColours([0, 1, 0]));
    await assert.rejects(own.useReferences(['nowhere.jpg']), { code: 'REFERENCE_UNREADABLE' });
    assert.deepEqual(rgbOf(await own.colorize(frame(100, 3))), inColours([1, 1, 0]));
  });

  test('a stream whose photo cannot be read says so, and each of its frames', async (t) => {
    const colorizer = await open(t);
    const stream = colorizer.stream({ smoothing: 0, references: ['nowhere.jpg'] });
    const given = frame(1);
    await assert.rejects(stream.colorize(given), { code: 'REFERENCE_UNREADABLE' });
    await assert.rejects(stream.ready, { code: 'REFERENCE_UNREADABLE' });
    assert.equal(given.released(), 1);
    await stream.close();
  });

  test('the next frame is coloured after the new photo while many wait', async (t) => {
    const colorizer = await open(t, { references: [plain(255, 0, 0), plain(0, 0, 255)] });
    const stream = colorizer.stream({ smoothing: 0 });
    await colorizer.stream({ smoothing: 0, references: [plain(0, 0, 255)] }).ready;
    const results = Array.from({ length: 40 }, (_, sequence) => stream.colorize(frame(100, sequence)).then(rgbOf));
    await results[0];
    await stream.useReferences([plain(0, 0, 255)]);
    const colours = (await Promise.all(results)).map((rgb) => (rgb[0] === picture(100, 100, 0.5) ? 'old' : 'new'));
    // One change, and never back.
    assert.equal(colours.indexOf('new'), colours.filter((colour) => colour === 'old').length);
    assert.equal(colours.at(-1), 'new');
  });

  test('further streams get threads of their own, and behave as in one', async (t) => {
    const colorizer = await open(t, { workers: 2, references: [plain(255, 0, 0)] });
    const streams = [0, 1, 2, 3].map((index) =>
      colorizer.stream({ smoothing: index === 1 ? 1 : 0, ...(index === 3 ? { references: [plain(0, 0, 255)] } : {}) }),
    );
    const shown = await Promise.all(
      streams.map(async (stream, index) => {
        const frames = Array.from({ length: 5 }, (_, sequence) => stream.colorize(frame(20 * sequence, sequence)));
        const greys = (await Promise.all(frames)).map((coloured) => coloured.pixels[2]);
        assert.deepEqual(
          greys,
          Array.from({ length: 5 }, (_, n) => picture(20 * n, index === 1 ? 0 : 20 * n, index === 3 ? 1 : 0)),
        );
        return greys.length;
      }),
    );
    assert.deepEqual(shown, [5, 5, 5, 5]);
    await colorizer.useReferences([plain(0, 0, 255)]);
    for (const stream of streams)
      assert.equal((await stream.colorize(frame(100, 9, { cut: true }))).pixels[2], picture(100, 100, 1));
  });

  test('closing while a thread is begun lets frames inside come out and ends them all', async () => {
    const colorizer = await createColorizer({ ...PLAIN, workers: 2 });
    const [, second] = [colorizer.stream({ smoothing: 0 }), colorizer.stream({ smoothing: 0 })];
    const given = frame(1);
    const inside = second.colorize(given);
    await colorizer.close();
    assert.equal((await inside).pixels[0], picture(1));
    assert.equal(given.released(), 1);
    await assert.rejects(second.colorize(frame(2)), { code: 'INTERRUPTED' });
  });
});
