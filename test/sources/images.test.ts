import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import sharp from 'sharp';
import { BufferPool } from '../../src/core/buffer-pool.js';
import { DaylitError } from '../../src/core/errors.js';
import type { Frame } from '../../src/core/frame.js';
import type { Notice } from '../../src/core/notices.js';
import { openImages, type ImagesOptions } from '../../src/sources/images.js';
import { scene16 } from '../fakes/thermal-scene.js';

let folder = '';
const notices: Notice[] = [];
const options = (more: Partial<ImagesOptions> = {}): ImagesOptions => ({
  pool: new BufferPool(),
  clock: { now: () => 42 },
  notify: (notice) => notices.push(notice),
  ...more,
});
const code = (expected: string) => (thrown: unknown) => thrown instanceof DaylitError && thrown.code === expected;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'daylit-images-'));
  for (const number of [1, 2, 9, 10, 11]) {
    const { values, size } = scene16({ width: 40 + number, height: 30, place: number });
    const png = await sharp(values, { raw: { ...size, channels: 1 } })
      .toColourspace('grey16')
      .png()
      .toBuffer();
    writeFileSync(join(folder, `frame-${number}.png`), png);
    if (number === 2) writeFileSync(join(folder, 'with [brackets].png'), png);
  }
  writeFileSync(join(folder, 'notes.txt'), 'not a picture');
  mkdirSync(join(folder, 'empty'));
  mkdirSync(join(folder, 'broken'));
  writeFileSync(join(folder, 'broken', 'a.png'), 'nothing');
  writeFileSync(join(folder, 'broken', 'b.png'), 'nothing');
});
after(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function all(frames: AsyncIterable<Frame>): Promise<Frame[]> {
  const list: Frame[] = [];
  for await (const frame of frames) list.push(frame);
  return list;
}

suite('images', () => {
  test('a glob in natural order, sizes as they come, 25 a second', async () => {
    const source = await openImages(join(folder, 'frame-*.png'), options());
    assert.equal(source.info.kind, 'images');
    assert.equal(source.info.delivery, 'waitForRoom');
    assert.equal(source.info.frameCount, 5);
    assert.deepEqual(source.info.timeBase, { numerator: 1, denominator: 25 });
    const frames = await all(source.frames());
    assert.deepEqual(
      frames.map(({ name }) => name),
      ['frame-1.png', 'frame-2.png', 'frame-9.png', 'frame-10.png', 'frame-11.png'],
    );
    assert.deepEqual(
      frames.map(({ size }) => size.width),
      [41, 42, 49, 50, 51],
    );
    assert.deepEqual(
      frames.map(({ pts, sequence, arrivedAt }) => [pts, sequence, arrivedAt]),
      [0, 1, 2, 3, 4].map((n) => [n, n, 42]),
    );
  });

  test('a folder gives its pictures and nothing else', async () => {
    const frames = await all((await openImages(folder, options())).frames());
    assert.deepEqual(
      frames.map(({ name }) => name),
      ['frame-1.png', 'frame-2.png', 'frame-9.png', 'frame-10.png', 'frame-11.png', 'with [brackets].png'],
    );
  });

  test('a file, and several in the order given, brackets in a name or not', async () => {
    const inputs = ['frame-9.png', 'with [brackets].png', 'frame-1.png'].map((name) => join(folder, name));
    const source = await openImages(inputs, options({ frameRate: 29.97 }));
    assert.deepEqual(source.info.frameRate, { numerator: 2997, denominator: 100 });
    assert.deepEqual(
      (await all(source.frames())).map(({ name }) => name),
      ['frame-9.png', 'with [brackets].png', 'frame-1.png'],
    );
  });

  test('nothing there, nothing in it, nothing readable', async () => {
    await assert.rejects(openImages(join(folder, 'no-*.png'), options()), code('INPUT_NOT_FOUND'));
    await assert.rejects(openImages(join(folder, 'no.png'), options()), code('INPUT_NOT_FOUND'));
    await assert.rejects(openImages(join(folder, 'empty'), options()), code('INPUT_EMPTY'));
    await assert.rejects(openImages(join(folder, '*.txt'), options()), code('INPUT_EMPTY'));
    await assert.rejects(openImages(join(folder, 'notes.txt'), options()), code('INPUT_UNREADABLE'));
    await assert.rejects(openImages(join(folder, 'broken'), options()), code('INPUT_UNREADABLE'));
    await assert.rejects(openImages(join(folder, 'broken'), options({ keepPartial: true })), code('INPUT_EMPTY'));
  });

  test('a broken picture among others ends the job, or is left out and told', async () => {
    const inputs = [join(folder, 'frame-1.png'), join(folder, 'broken', 'a.png'), join(folder, 'frame-2.png')];
    await assert.rejects(all((await openImages(inputs, options())).frames()), code('INPUT_UNREADABLE'));
    notices.length = 0;
    const frames = await all((await openImages(inputs, options({ keepPartial: true }))).frames());
    assert.deepEqual(
      frames.map(({ name, pts }) => [name, pts]),
      [
        ['frame-1.png', 0],
        ['frame-2.png', 1],
      ],
    );
    assert.deepEqual(
      notices.map(({ kind, data }) => [kind, data?.['code']]),
      [['input-damaged', 'INPUT_UNREADABLE']],
    );
  });

  test('stopping early gives the picture read ahead back to the pool', async () => {
    const pool = new BufferPool();
    const given: number[] = [];
    const give = pool.give.bind(pool);
    pool.give = (pixels) => {
      given.push(pixels.length);
      give(pixels);
    };
    const source = await openImages(join(folder, 'frame-*.png'), options({ pool }));
    for await (const frame of source.frames()) {
      frame.release();
      break;
    }
    assert.deepEqual(given, [41 * 30 * 2, 42 * 30 * 2]);
  });

  test('an aborted signal ends it', async () => {
    const abort = new AbortController();
    const source = await openImages(join(folder, 'frame-*.png'), options());
    let seen = 0;
    for await (const frame of source.frames(abort.signal)) {
      frame.release();
      seen += 1;
      if (seen === 2) abort.abort();
    }
    assert.equal(seen, 2);
  });
});
