import assert from 'node:assert/strict';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import sharp from 'sharp';
import { isSnapshots, SnapshotBell, SnapshotSink, type SnapshotOptions } from '../../src/sinks/snapshots.js';
import { colourFrame } from '../fakes/colour-frames.js';
import { temporaryFolder } from '../fakes/temporary-folder.js';

const NOON = new Date(2026, 0, 2, 12).getTime();

suite('snapshots', () => {
  let now = NOON;
  const bell = new SnapshotBell();
  const options: SnapshotOptions = { wallClock: () => new Date(now), bell };

  /** A frame every 400 ms for some seconds. */
  async function run(sink: SnapshotSink, seconds: number): Promise<void> {
    for (const end = now + 1000 * seconds; now < end; now += 400) await sink.write(colourFrame());
  }

  test('one at each full interval, whole and marked; none replaces another', async (t) => {
    const folder = await temporaryFolder(t);
    now = NOON + 3000;
    const sink = new SnapshotSink(join(folder, 'new', '%M%S.jpg'), { ...options, everySeconds: 5 });
    await mkdir(join(folder, 'new'));
    await writeFile(join(folder, 'new', '0005.jpg'), 'somebody else’s');
    await run(sink, 10);
    assert.deepEqual((await readdir(join(folder, 'new'))).sort(), ['0003.jpg', '0005-2.jpg', '0005.jpg', '0010.jpg']);
    const { width, height, exif } = await sharp(join(folder, 'new', '0005-2.jpg')).metadata();
    assert.deepEqual([width, height], [64, 48]);
    assert.match(exif?.toString('latin1') ?? '', /synthesised by daylit/);
    assert.equal((await sink.finish()).frames, 3);
  });

  test('only when asked for, where there is no interval: the next picture, once', async (t) => {
    const folder = await temporaryFolder(t);
    now = NOON;
    const sink = new SnapshotSink(join(folder, '%H%M%S.png'), options);
    await run(sink, 2);
    assert.deepEqual(await readdir(folder), []);
    bell.ring();
    bell.ring();
    await run(sink, 2);
    assert.deepEqual(await readdir(folder), ['120002.png']);
    await rm(folder, { recursive: true });
    await writeFile(folder, '');
    bell.ring();
    await assert.rejects(sink.write(colourFrame()), { code: 'OUTPUT_UNWRITABLE' });
  });

  test('old ones go', async (t) => {
    const folder = await temporaryFolder(t);
    now = Date.now();
    const kept = { bytes: 1 };
    const sink = new SnapshotSink(join(folder, '%H%M%S.jpg'), { ...options, everySeconds: 1, kept });
    await run(sink, 2);
    // Removing goes on in the background, one at a time.
    while ((await readdir(folder)).length > 1) await run(sink, 1);
  });

  test('are told from other pictures by their names', () => {
    assert.ok(['snap/%H%M%S.jpg', '%Y/%j.png', '%d%H.webp'].every(isSnapshots));
    assert.ok(!['a.jpg', '%d.jpg', '%05d.png', '100%%.jpg', '%H.mp4', 'http://a/%H%M.jpg'].some(isSnapshots));
    assert.throws(() => new SnapshotSink('%q.jpg', options), { code: 'OPTION_INVALID' });
  });
});
