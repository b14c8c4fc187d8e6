import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { BufferPool } from '../../src/core/buffer-pool.js';
import { findFfmpeg, type FfmpegBinary } from '../../src/ffmpeg/binary.js';
import { openFile, type FileOptions } from '../../src/sources/file.js';
import { TestClock } from '../fakes/clock.js';
import { lavfi, makeClip } from '../fakes/ffmpeg-clips.js';

/** What every build must do with files is in ffmpeg-contract.ts; this is what does not depend on the build. */
suite('video files', () => {
  let folder = '';
  let binary: FfmpegBinary;
  let clip = '';
  before(async () => {
    binary = await findFfmpeg({ env: {} });
    folder = await mkdtemp(join(tmpdir(), 'daylit-'));
    const name = join(folder, "it's 100%d: a name.mkv");
    clip = await makeClip(binary, [lavfi('testsrc2=s=64x48:d=4:r=25')], name, '-c:v', 'ffv1', '-pix_fmt', 'gray');
  });
  after(() => rm(folder, { recursive: true }));

  const options = (): FileOptions => ({
    binary,
    pool: new BufferPool(),
    clock: new TestClock(),
    notify: () => undefined,
  });

  test('a name with quotes, colons, spaces and percent signs is opened as it is', async () => {
    const { info } = await openFile(clip, options());
    assert.equal(info.label, clip);
    assert.equal(info.container?.path, clip);
    assert.deepEqual(info.size, { width: 64, height: 48 });
    assert.equal(info.frameCount, 100);
    assert.equal(info.delivery, 'waitForRoom');
  });

  test('a playlist without an end is refused at once, also behind another; one with an end is read', async () => {
    const ts = await makeClip(
      binary,
      [lavfi('testsrc2=s=64x48:d=0.4:r=25')],
      join(folder, 'a.ts'),
      '-c:v',
      'mpeg2video',
    );
    const segment = `#EXTM3U\r\n#EXT-X-TARGETDURATION:1\r\n#EXTINF:0.4,\r\n${ts}\r\n`;
    const texts = {
      'growing.m3u8': segment,
      'empty.m3u8': '#EXTM3U\n#EXT-X-TARGETDURATION:1\n',
      'master.m3u8': '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\ngrowing.m3u8\n',
      'whole.m3u8': `${segment}#EXT-X-ENDLIST\n`,
    };
    for (const [name, text] of Object.entries(texts)) await writeFile(join(folder, name), text);
    for (const name of ['growing.m3u8', 'empty.m3u8', 'master.m3u8'])
      await assert.rejects(openFile(join(folder, name), options()), { code: 'INPUT_UNSUPPORTED' });
    let count = 0;
    for await (const frame of (await openFile(join(folder, 'whole.m3u8'), options())).frames()) {
      frame.release();
      count += 1;
    }
    assert.equal(count, 10);
  });

  test('breaking off early is no error', async () => {
    let count = 0;
    for await (const frame of (await openFile(clip, options())).frames()) {
      frame.release();
      count += 1;
      if (count === 3) break;
    }
    assert.equal(count, 3);
  });

  test('aborting ends the frames without an error', async () => {
    const stop = new AbortController();
    let count = 0;
    for await (const frame of (await openFile(clip, options())).frames(stop.signal)) {
      frame.release();
      count += 1;
      if (count === 3) stop.abort();
    }
    assert.ok(count >= 3 && count < 100);
  });

  test('frames() may be called once', async () => {
    const source = await openFile(clip, options());
    await source.frames()[Symbol.asyncIterator]().return?.();
    assert.throws(() => source.frames(), { code: 'INTERNAL' });
  });

  test('a playlist cannot make ffmpeg reach into the network', async () => {
    let connections = 0;
    const server = createServer((socket) => {
      connections += 1;
      socket.destroy();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const list = join(folder, 'list.m3u8');
    await writeFile(
      list,
      `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://127.0.0.1:${port}/a.ts\n#EXT-X-ENDLIST\n`,
    );
    await assert.rejects(openFile(list, options()));
    server.close();
    assert.equal(connections, 0);
  });
});
