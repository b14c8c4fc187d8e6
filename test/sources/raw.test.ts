import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { BufferPool } from '../../src/core/buffer-pool.js';
import type { Notice } from '../../src/core/notices.js';
import { openRaw, type RawOptions } from '../../src/sources/raw.js';
import { TestClock } from '../fakes/clock.js';

suite('raw video', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'daylit-'));
  });
  after(() => rm(folder, { recursive: true }));

  const options: RawOptions = {
    size: { width: 5, height: 3 },
    pixelFormat: 'gray16le',
    frameRate: 29.97,
    pool: new BufferPool(),
    clock: new TestClock(),
    notify: () => undefined,
  };
  const content = (bytes: number): Uint8Array => Uint8Array.from({ length: bytes }, (_, index) => index % 251);
  const file = async (bytes: number): Promise<string> => {
    const path = join(folder, `${bytes}.raw`);
    await writeFile(path, content(bytes));
    return path;
  };
  const read = async (path: string, more: Partial<RawOptions> = {}): Promise<{ pts: number; pixels: Buffer }[]> => {
    const frames = [];
    for await (const frame of (await openRaw(path, { ...options, ...more })).frames()) {
      frames.push({ pts: frame.pts, pixels: Buffer.from(frame.pixels) });
      frame.release();
    }
    return frames;
  };

  test('frames come in order with exact times, and the count is known', async () => {
    const path = await file(300_000);
    const { info } = await openRaw(path, options);
    assert.deepEqual(info.timeBase, { numerator: 1001, denominator: 30000 });
    assert.equal(info.frameCount, 10_000);
    const frames = await read(path);
    assert.deepEqual(
      frames.map(({ pts }) => pts),
      [...Array(10_000).keys()],
    );
    assert.equal(Buffer.compare(Buffer.concat(frames.map(({ pixels }) => pixels)), content(300_000)), 0);
  });

  test('a frame that is not whole is damage, or a notice where that is enough', async () => {
    const path = await file(75);
    await assert.rejects(read(path), { code: 'INPUT_DAMAGED' });
    const notices: Notice[] = [];
    assert.equal((await read(path, { keepPartial: true, notify: (notice) => notices.push(notice) })).length, 2);
    assert.deepEqual(
      notices.map(({ kind }) => kind),
      ['input-damaged'],
    );
    // Less than one frame is no input at all.
    await assert.rejects(read(await file(20), { keepPartial: true }), { code: 'INPUT_DAMAGED' });
  });

  test('what cannot be opened says why', async () => {
    await assert.rejects(read(await file(0)), { code: 'INPUT_EMPTY' });
    await assert.rejects(read(join(folder, 'nothing')), { code: 'INPUT_NOT_FOUND' });
    await assert.rejects(read(folder), { code: 'INPUT_UNREADABLE' });
    await assert.rejects(read(await file(75), { size: { width: 9000, height: 2 } }), { code: 'INPUT_TOO_LARGE' });
    await assert.rejects(read(await file(75), { frameRate: 0 }), { code: 'OPTION_INVALID' });
  });

  test('stopping early, by breaking off or by a signal, is no error', async () => {
    const path = await file(300_000);
    for await (const frame of (await openRaw(path, options)).frames()) {
      frame.release();
      break;
    }
    const stop = new AbortController();
    let count = 0;
    for await (const frame of (await openRaw(path, options)).frames(stop.signal)) {
      frame.release();
      count += 1;
      stop.abort();
    }
    assert.ok(count < 10_000);
  });

  test('frames() may be called once', async () => {
    const source = await openRaw(await file(300_000), options);
    await source.frames()[Symbol.asyncIterator]().return?.();
    assert.throws(() => source.frames(), { code: 'INTERNAL' });
  });

  test('standard input is read as it comes', async () => {
    const program = fileURLToPath(new URL('../fakes/raw-reader.js', import.meta.url));
    const reader = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
    for (const part of [content(75).subarray(0, 7), content(75).subarray(7, 60)]) reader.stdin.write(part);
    reader.stdin.end();
    const [answer] = (await once(reader.stdout, 'data')) as [Buffer];
    assert.equal(answer.toString(), '2 frames\n');
  });
});
