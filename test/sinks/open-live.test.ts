import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import { before, suite, test } from 'node:test';
import { findFfmpeg, type FfmpegBinary } from '../../src/ffmpeg/binary.js';
import { isLiveTarget, openLiveSink, type LiveSinkOptions } from '../../src/sinks/open-live.js';
import { segmentAt } from '../../src/sinks/recordings.js';
import { colourFrame } from '../fakes/colour-frames.js';
import { packetTimes } from '../fakes/inspect-video.js';
import { temporaryFolder } from '../fakes/temporary-folder.js';

const noon = new Date(2026, 0, 2, 12, 0, 58).getTime();

suite('live outputs', () => {
  let binary: FfmpegBinary;
  let now = noon;
  let options: LiveSinkOptions;
  before(async () => {
    binary = await findFfmpeg();
    options = { binary, frameRate: () => undefined, wallClock: () => new Date(now), segmentSeconds: 60 };
  });

  test('a recording goes on in another file when its time is over, each file from 0, none replaced', async (t) => {
    const folder = await temporaryFolder(t);
    now = noon;
    await mkdir(join(folder, '20260102'));
    await writeFile(join(folder, '20260102', '1201.mp4'), 'somebody else’s');
    const sink = openLiveSink(join(folder, '%Y%m%d', '%H%M.mp4'), options);
    for (let sequence = 0; sequence < 100; sequence += 1) {
      now = noon + sequence * 40;
      await sink.write(colourFrame({ sequence, pts: 9_000_000 + sequence * 3600 }));
    }
    assert.equal((await sink.finish()).frames, 100);
    assert.deepEqual((await readdir(join(folder, '20260102'))).sort(), ['1200.mp4', '1201-2.mp4', '1201.mp4']);
    assert.equal(await readFile(join(folder, '20260102', '1201.mp4'), 'utf8'), 'somebody else’s');
    for (const name of ['1200.mp4', '1201-2.mp4']) {
      const { timeBase, pts } = await packetTimes(join(folder, '20260102', name));
      assert.equal(timeBase.denominator, 90_000);
      assert.deepEqual(
        pts,
        Array.from({ length: 50 }, (_, index) => index * 3600),
      );
    }
  });

  test('a recording goes on in another file when this one has become too large, and old files go', async (t) => {
    const folder = await temporaryFolder(t);
    now = noon;
    await writeFile(join(folder, '120057.ts'), Buffer.alloc(1000));
    await utimes(join(folder, '120057.ts'), noon / 1000 - 7200, noon / 1000 - 7200);
    const kept = { seconds: 3600 };
    const pattern = join(folder, '%H%M%S.ts');
    const sink = openLiveSink(pattern, { ...options, codec: 'h264', segmentSeconds: 86_400, segmentBytes: 1, kept });
    await sink.write(colourFrame({ sequence: 0 }));
    const first = join(folder, '120058.ts');
    for (
      let sequence = 1;
      (await readdir(folder)).length < 2 || (await readdir(folder)).includes('120057.ts');
      sequence += 1
    ) {
      now += 500;
      await sink.write(colourFrame({ sequence }));
    }
    await sink.finish();
    assert.ok((await stat(first)).size > 1);
  });

  test('pictures of another size go on in another file', async (t) => {
    const folder = await temporaryFolder(t);
    const sink = openLiveSink(join(folder, 'all.mkv'), options);
    await sink.write(colourFrame({ sequence: 0 }));
    await sink.write(colourFrame({ sequence: 1, size: { width: 32, height: 32 } }));
    await sink.finish();
    assert.deepEqual((await readdir(folder)).sort(), ['all-2.mkv', 'all.mkv']);
  });

  test('what has been recorded stays when the sink is discarded, and nothing is begun before a frame', async (t) => {
    const folder = await temporaryFolder(t);
    const sink = openLiveSink(join(folder, 'a.ts'), options);
    await openLiveSink(join(folder, 'b.ts'), options).finish();
    const recorded = async (): Promise<boolean> => (await stat(join(folder, 'a.ts'))).size > 0;
    for (let sequence = 0; sequence === 0 || !(await recorded()); sequence += 1) {
      assert.ok(sequence < 1000);
      await sink.write(colourFrame({ sequence }));
    }
    await sink.discard();
    assert.deepEqual(await readdir(folder), ['a.ts']);
    assert.ok(await recorded());
  });

  test('an encoder that dies before it writes leaves no empty file', async (t) => {
    const folder = await temporaryFolder(t);
    const sink = openLiveSink(join(folder, 'a.mp4'), { ...options, binary: { ...binary, path: process.execPath } });
    await assert.rejects(async () => {
      for (let sequence = 0; sequence < 200; sequence += 1) await sink.write(colourFrame({ sequence }));
    });
    await sink.discard();
    assert.deepEqual(await readdir(folder), []);
  });

  test('a playlist for web players', async (t) => {
    const folder = await temporaryFolder(t);
    const sink = openLiveSink(join(folder, 'web', 'live.m3u8'), options);
    for (let sequence = 0; sequence < 120; sequence += 1) await sink.write(colourFrame({ sequence }));
    await sink.finish();
    const playlist = await readFile(join(folder, 'web', 'live.m3u8'), 'utf8');
    assert.deepEqual(playlist.match(/live-\d+\.ts/g), ['live-00000.ts', 'live-00001.ts', 'live-00002.ts']);
  });

  test('a receiver that is not there is told from one that refuses', async (t) => {
    const refusing = createServer((socket) => {
      socket
        .on('error', () => undefined)
        .on('data', (request) => {
          const number = /CSeq: (\d+)/i.exec(request.toString())?.[1] ?? '1';
          socket.write(`RTSP/1.0 403 Forbidden\r\nCSeq: ${number}\r\n\r\n`);
        });
    }).listen(0, '127.0.0.1');
    await once(refusing, 'listening');
    t.after(() => refusing.close());
    const { port } = refusing.address() as AddressInfo;
    const cases = [
      [`rtsp://u:secret@127.0.0.1:${port}/colour`, 'OUTPUT_REFUSED'],
      ['rtsp://u:secret@127.0.0.1:1/colour', 'OUTPUT_UNREACHABLE'],
    ] as const;
    for (const [address, code] of cases) {
      const sink = openLiveSink(address, options);
      assert.doesNotMatch(sink.target, /secret/);
      const writing = async (): Promise<void> => {
        for (let sequence = 0; sequence < 200; sequence += 1) await sink.write(colourFrame({ sequence }));
      };
      await assert.rejects(writing, { code });
      await sink.discard();
    }
  });

  test('targets are told by their names', () => {
    assert.ok(['rtsp://a', 'web/a.m3u8', 'a.mp4', '%H.mkv'].every(isLiveTarget));
    assert.ok(!['-', 'out/', 'out/%05d.png'].some(isLiveTarget));
    assert.throws(() => openLiveSink('a-%q.mp4', options), { code: 'OPTION_INVALID' });
  });

  test('segments begin at whole multiples of their length in local time', () => {
    const at = (hour: number, minute: number): number => segmentAt(new Date(2026, 5, 1, hour, minute), 86_400);
    assert.equal(at(0, 0), at(23, 59));
    assert.equal(at(0, 0) + 1, segmentAt(new Date(2026, 5, 2), 86_400));
  });
});
