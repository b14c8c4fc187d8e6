import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { BufferPool } from '../../src/core/buffer-pool.js';
import { DaylitError } from '../../src/core/errors.js';
import type { Frame } from '../../src/core/frame.js';
import type { Notice } from '../../src/core/notices.js';
import { createNormalizer, type NormalizerOptions } from '../../src/thermal/normalizer.js';
import { applyPalette } from '../../src/thermal/palettes.js';
import type { Picture } from '../../src/thermal/picture.js';
import { frameOf, inverted, noise, scene16, scene8 } from '../fakes/thermal-scene.js';

function setUp(options: Partial<NormalizerOptions> = {}) {
  const notices: Notice[] = [];
  const normalizer = createNormalizer({
    agc: 'auto',
    polarity: 'auto',
    inputPalette: 'auto',
    pool: new BufferPool(),
    notify: (notice) => notices.push(notice),
    ...options,
  });
  return { normalizer, notices, kinds: () => notices.map(({ kind }) => kind) };
}

function paintedFrame(picture: Picture, sequence = 0, more: Partial<Frame> = {}) {
  const rgb = new Uint8Array(picture.values.length * 3);
  applyPalette('ironbow', Uint8Array.from(picture.values), rgb);
  return frameOf({ values: rgb, size: picture.size }, sequence, { format: 'rgb24', ...more });
}

const mean = ({ pixels }: Frame): number => pixels.reduce((sum, value) => sum + value, 0) / pixels.length;

suite('normalizer', () => {
  test('8 bit white-hot goes through untouched, without a copy', () => {
    const { normalizer, notices } = setUp();
    const frame = frameOf(scene8());
    const before = frame.pixels.slice();
    const out = normalizer.push(frame);
    assert.equal(out.pixels, frame.pixels);
    assert.deepEqual(out.pixels, before);
    assert.equal(frame.released(), 0);
    out.release();
    assert.equal(frame.released(), 1);
    assert.deepEqual(
      notices.map(({ kind, data }) => [kind, data?.['agc'] ?? data?.['polarity']]),
      [
        ['agc', 'none'],
        ['polarity', 'white-hot'],
      ],
    );
  });

  test('16 bit becomes gray8 of the same size and time, its counts released, its law dropped', () => {
    const { normalizer } = setUp();
    const frame = frameOf(scene16(), 7, {
      epoch: 2,
      name: 'a.png',
      radiometry: { kelvinPerCount: 0.01, kelvinAtZero: 0 },
    });
    const out = normalizer.push(frame);
    assert.equal(out.format, 'gray8');
    assert.equal(out.pixels.length, 160 * 120);
    assert.deepEqual([out.pts, out.epoch, out.sequence, out.name, out.radiometry], [7, 2, 7, 'a.png', undefined]);
    assert.equal(frame.released(), 1);
  });

  test('memory of the result goes back to the pool', () => {
    const pool = new BufferPool();
    const { normalizer } = setUp({ pool });
    const first = normalizer.push(frameOf(scene16({ moment: 1 })));
    first.release();
    assert.equal(normalizer.push(frameOf(scene16({ moment: 2 }), 1)).pixels.buffer, first.pixels.buffer);
  });

  test('black-hot comes out white-hot, found out or said', () => {
    const white = scene8();
    for (const polarity of ['auto', 'black-hot'] as const) {
      const { normalizer } = setUp({ polarity });
      assert.deepEqual(normalizer.push(frameOf(inverted(white))).pixels, white.values);
    }
    const said = setUp({ polarity: 'white-hot' });
    assert.deepEqual(said.normalizer.push(frameOf(inverted(white))).pixels, inverted(white).values);
    assert.ok(!said.kinds().includes('polarity'));
  });

  test('when the operator switches polarity the picture stays as it was', () => {
    const { normalizer, notices } = setUp();
    const before = normalizer.push(frameOf(scene8({ moment: 1 }), 0));
    const after = normalizer.push(frameOf(inverted(scene8({ moment: 2 })), 1));
    assert.equal(after.marks.cut, undefined);
    assert.ok(Math.abs(mean(before) - mean(after)) < 2);
    assert.equal(notices.filter(({ kind }) => kind === 'polarity').length, 2);
  });

  test('false colours are mapped back, and said once', () => {
    const { normalizer, notices } = setUp();
    for (let sequence = 0; sequence < 3; sequence += 1) {
      const picture = scene8({ moment: sequence });
      const frame = paintedFrame(picture, sequence);
      const out = normalizer.push(frame);
      assert.equal(frame.released(), 1);
      assert.ok(out.pixels.every((value, i) => Math.abs(value - (picture.values[i] ?? 0)) <= 4));
    }
    const palettes = notices.filter(({ kind }) => kind === 'palette');
    assert.deepEqual(
      palettes.map(({ data }) => data?.['palette']),
      ['ironbow'],
    );
  });

  test('a daylight photo is refused and its memory released', () => {
    const { normalizer } = setUp();
    const random = noise(1);
    const rgb = Uint8Array.from({ length: 160 * 120 * 3 }, () => 255 * random());
    const frame = frameOf({ values: rgb, size: { width: 160, height: 120 } }, 0, { format: 'rgb24' });
    assert.throws(
      () => normalizer.push(frame),
      (thrown) => thrown instanceof DaylitError && thrown.code === 'PALETTE_UNKNOWN',
    );
    assert.equal(frame.released(), 1);
    assert.equal(setUp({ inputPalette: 'none' }).normalizer.push({ ...frame }).format, 'gray8');
  });

  test('cuts are marked and told, stills only marked', () => {
    const { normalizer, kinds } = setUp();
    assert.equal(normalizer.push(frameOf(scene16({ place: 1 }), 0)).marks.cut, undefined);
    assert.equal(normalizer.push(frameOf(scene16({ place: 1, moment: 2 }), 1)).marks.cut, undefined);
    assert.equal(normalizer.push(frameOf(scene16({ place: 2 }), 2)).marks.cut, true);
    assert.equal(normalizer.push(frameOf(scene16({ place: 2, moment: 2 }), 3, { epoch: 1 })).marks.cut, true);
    assert.equal(kinds().filter((kind) => kind === 'cut').length, 2);
    const stills = setUp();
    stills.normalizer.push(frameOf(scene16({ place: 1 }), 0, { name: '1.png' }));
    assert.equal(stills.normalizer.push(frameOf(scene16({ place: 2 }), 1, { name: '2.png' })).marks.cut, true);
    assert.ok(!stills.kinds().includes('cut'));
  });

  test('unrelated stills come out as each alone would', () => {
    const { normalizer } = setUp({ polarity: 'white-hot' });
    for (let place = 1; place <= 4; place += 1) {
      const still = scene16({ place, level: 3000 * place, range: 300 * place });
      const alone = setUp({ polarity: 'white-hot' }).normalizer.push(frameOf(still));
      assert.deepEqual(normalizer.push(frameOf(still, place, { name: `${place}.png` })).pixels, alone.pixels);
    }
  });

  test('a shutter calibration: the freeze is marked and told once, the level step bridged, nothing cut', () => {
    const { normalizer, notices } = setUp();
    const before = normalizer.push(frameOf(scene16({ moment: 1 }), 0));
    for (let sequence = 1; sequence < 20; sequence += 1) {
      const frozen = normalizer.push(frameOf(scene16({ moment: 1 }), sequence));
      assert.equal(frozen.marks.frozen, true);
      assert.deepEqual(frozen.pixels, before.pixels);
    }
    const after = normalizer.push(frameOf(scene16({ moment: 2, level: 2700 }), 20));
    assert.deepEqual(after.marks, {});
    assert.ok(Math.abs(mean(before) - mean(after)) < 2, `${mean(before)} → ${mean(after)}`);
    assert.equal(notices.filter(({ kind }) => kind === 'frozen').length, 1);
    assert.ok(!notices.some(({ kind }) => kind === 'cut'));
  });

  test('a 9 Hz camera in a 25 fps file is not told as frozen', () => {
    const { normalizer, kinds } = setUp();
    for (let sequence = 0; sequence < 30; sequence += 1) {
      normalizer.push(frameOf(scene16({ moment: Math.floor(sequence / 3) }), sequence));
    }
    assert.ok(!kinds().includes('frozen'));
  });

  test('marks of the source are kept and obeyed', () => {
    const { normalizer } = setUp();
    normalizer.push(frameOf(scene16({ moment: 1 }), 0));
    assert.equal(normalizer.push(frameOf(scene16({ moment: 2 }), 1, { marks: { frozen: true } })).marks.frozen, true);
    assert.equal(normalizer.push(frameOf(scene16({ moment: 3 }), 2, { marks: { cut: true } })).marks.cut, true);
  });

  test('pictures down to one pixel go through every gain control', () => {
    for (const agc of ['auto', 'clahe', 'plateau', 'linear', 'percentile', 'none'] as const) {
      for (const [width, height] of [
        [1, 1],
        [2, 1],
        [1, 9],
        [80, 60],
      ] as const) {
        const { normalizer } = setUp({ agc });
        const values = Uint16Array.from({ length: width * height }, (_, i) => 100 * i);
        for (let sequence = 0; sequence < 3; sequence += 1) {
          assert.equal(
            normalizer.push(frameOf({ values, size: { width, height } }, sequence)).pixels.length,
            width * height,
          );
        }
      }
    }
  });
});
