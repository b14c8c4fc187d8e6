import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTcp, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test, type TestContext } from 'node:test';
import sharp from 'sharp';
import { BufferPool } from '../../src/core/buffer-pool.js';
import { systemClock } from '../../src/core/clock.js';
import type { Source } from '../../src/core/contracts.js';
import type { Frame } from '../../src/core/frame.js';
import { findFfmpeg, type FfmpegBinary } from '../../src/ffmpeg/binary.js';
import { openLive, openRealtimeFile, type LiveOptions } from '../../src/sources/live.js';
import { lavfi, makeClip } from '../fakes/ffmpeg-clips.js';
import { ffmpegsWith } from '../fakes/live-process.js';

const CRLF = Buffer.from('\r\n');
const never = new AbortController().signal;
const TS = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-muxdelay', '0', '-muxpreload', '0'];

async function serve(t: TestContext, answer: RequestListener): Promise<string> {
  const server: Server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function drain(source: Source): Promise<Pick<Frame, 'pts' | 'sequence'>[]> {
  const seen = [];
  for await (const frame of source.frames()) {
    seen.push({ pts: frame.pts, sequence: frame.sequence });
    frame.release();
  }
  return seen;
}

suite('live', () => {
  let folder = '';
  let binary: FfmpegBinary;
  let options: LiveOptions;
  let clip: Buffer;
  before(async () => {
    binary = await findFfmpeg();
    folder = await mkdtemp(join(tmpdir(), 'daylit-live-'));
    options = { binary, pool: new BufferPool(), clock: systemClock, timeoutMs: 5000 };
    clip = await readFile(await makeClip(binary, [lavfi('testsrc2=s=128x96:r=25:d=1.6')], join(folder, 'a.ts'), ...TS));
  });
  after(() => rm(folder, { recursive: true }));

  test('a stream comes as it is, in 1/90000 s, and ends when it ends', async (t) => {
    const host = await serve(t, (_, response) => response.end(clip));
    const source = await openLive(`http://user:secret@${host}/a.ts`, options, never);
    const { label, delivery, size, format, codec, frameRate, timeBase } = source.info;
    assert.equal(label, `http://***@${host}/a.ts`);
    assert.equal(delivery, 'keepLatest');
    assert.deepEqual([size, format, codec], [{ width: 128, height: 96 }, 'rgb24', 'h264']);
    assert.deepEqual([timeBase.denominator, frameRate], [90_000, { numerator: 25, denominator: 1 }]);
    const frames = await drain(source);
    assert.equal(frames.length, 40);
    frames.forEach(({ pts, sequence }, index) => {
      assert.equal(sequence, index);
      assert.equal(pts - (frames[0]?.pts ?? 0), index * 3600);
    });
  });

  test('grey comes as grey', async (t) => {
    const path = join(folder, 'grey.mkv');
    const grey = await readFile(
      await makeClip(binary, [lavfi('testsrc2=s=64x48:r=25:d=0.2,format=gray10le')], path, '-c:v', 'ffv1'),
    );
    const host = await serve(t, (_, response) => response.end(grey));
    const source = await openLive(`http://${host}/a.mkv`, options, never);
    assert.equal(source.info.format, 'gray16le');
    assert.equal((await drain(source)).length, 5);
  });

  test('Motion JPEG, which has no times, gets those of its arrival', async (t) => {
    const jpeg = await sharp({ create: { width: 64, height: 48, channels: 3, background: 'gray' } })
      .jpeg()
      .toBuffer();
    const host = await serve(t, (_, response) => {
      response.writeHead(200, { 'Content-Type': 'multipart/x-mixed-replace;boundary=frame' });
      const head = `--frame\r\nContent-Type: image/jpeg\r\nContent-Length: ${jpeg.length}\r\n\r\n`;
      for (let picture = 0; picture < 12; picture += 1) response.write(Buffer.concat([Buffer.from(head), jpeg, CRLF]));
      response.end('--frame--\r\n');
    });
    const source = await openLive(`http://${host}/video.mjpg`, options, never);
    assert.deepEqual([source.info.codec, source.info.format], ['mjpeg', 'rgb24']);
    const frames = await drain(source);
    assert.ok(frames.length >= 11, `${frames.length} frames`);
    for (const { pts } of frames) assert.ok(Math.abs(pts / 90_000 - Date.now() / 1000) < 60);
  });

  test('what a server refuses has a code, and what is no video too', async (t) => {
    const host = await serve(t, ({ url = '' }, response) => {
      const status = Number(url.slice(1, 4));
      const body = Buffer.alloc(status === 200 ? 50_000 : 0, 'no video ');
      response.writeHead(status, { 'Content-Length': body.length }).end(body);
    });
    const cases = { 401: 'UNAUTHORIZED', 403: 'UNAUTHORIZED', 404: 'STREAM_NOT_FOUND', 200: 'INPUT_UNREADABLE' };
    for (const [status, code] of Object.entries(cases)) {
      await assert.rejects(openLive(`http://a:secret@${host}/${status}.ts`, options, never), (error: Error) => {
        assert.equal((error as Error & { code: string }).code, code);
        assert.doesNotMatch(error.message, /secret/);
        return true;
      });
    }
    await assert.rejects(openLive('rtsp://127.0.0.1:1/a', options, never), { code: 'CONNECTION_REFUSED' });
  });

  test('an RTSP server that hangs up has gone; it is no other kind of input', async (t) => {
    for (const hangUp of [
      (socket: Socket): unknown => socket.resetAndDestroy(),
      (socket: Socket): unknown => socket.end(),
      (socket: Socket): unknown => socket.once('data', () => socket.end()),
    ]) {
      const server = createTcp((socket) => {
        socket.on('error', () => undefined);
        hangUp(socket);
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      t.after(() => server.close());
      const { port } = server.address() as AddressInfo;
      for (const user of ['', 'a:b@'])
        await assert.rejects(openLive(`rtsp://${user}127.0.0.1:${port}/a`, options, never), {
          code: 'CONNECTION_LOST',
        });
    }
  });

  test('a device that is none, or not there, and a description that is none, each has its code', async () => {
    const refused = async (address: string, code: string): Promise<void> => {
      await assert.rejects(openLive(address, options, never), { code }, address);
    };
    await refused(`v4l2:${folder}/none`, 'DEVICE_UNAVAILABLE');
    await refused(`v4l2:${folder}/a.ts`, 'INPUT_UNREADABLE');
    if (binary.demuxers.has('v4l2')) await refused('v4l2:/dev/null', 'INPUT_UNREADABLE');
    await refused(join(folder, 'none.sdp'), 'INPUT_NOT_FOUND');
    await writeFile(join(folder, 'list.sdp'), `#EXTM3U\n#EXTINF:1,\n${join(folder, 'a.ts')}\n`);
    await refused(join(folder, 'list.sdp'), 'INPUT_EMPTY');
  });

  test('pictures too large for memory are refused, and no ffmpeg is left', async (t) => {
    const flat = lavfi('color=s=9000x16:r=25:d=0.04,format=gray');
    const large = await readFile(await makeClip(binary, [flat], join(folder, 'large.mkv'), '-c:v', 'ffv1'));
    const host = await serve(t, (_, response) => response.end(large));
    await assert.rejects(openLive(`http://${host}/a.mkv`, options, never), { code: 'INPUT_TOO_LARGE' });
    assert.deepEqual(ffmpegsWith(host), []);
  });

  test('a change of size ends the connection, so that the next one follows it', async (t) => {
    const other = await readFile(
      await makeClip(binary, [lavfi('testsrc2=s=96x64:r=25:d=0.4')], join(folder, 'b.ts'), ...TS),
    );
    const host = await serve(t, (_, response) => response.end(Buffer.concat([clip, other])));
    const source = await openLive(`http://${host}/a.ts`, options, never);
    // The bundled build of 2018 cannot be kept from scaling pictures to the first size.
    if (binary.scalesUnasked) assert.equal((await drain(source)).length, 50);
    else await assert.rejects(drain(source), { code: 'CONNECTION_LOST', message: /changed its size/ });
  });

  test('waiting for a server that says nothing can be given up at any time', async (t) => {
    const stop = new AbortController();
    const host = await serve(t, () => {
      stop.abort();
    });
    await assert.rejects(openLive(`http://${host}/a.ts`, options, stop.signal), { code: 'INTERRUPTED' });
  });

  test('leaving the frames ends a connection that stands still', async (t) => {
    let gone = (): void => undefined;
    const left = new Promise<void>((resolve) => (gone = resolve));
    const host = await serve(t, (request, response) => {
      request.once('close', gone);
      response.write(clip);
    });
    const source = await openLive(`http://${host}/a.ts`, options, never);
    for await (const frame of source.frames()) {
      frame.release();
      break;
    }
    await left;
  });

  test('a recording plays over and over', async () => {
    const stop = new AbortController();
    const path = join(folder, 'a.ts');
    const source = await openRealtimeFile(path, { ...options, loop: true }, stop.signal);
    let count = 0;
    for await (const frame of source.frames()) {
      frame.release();
      count += 1;
      if (count === 42) stop.abort();
    }
    assert.ok(count >= 42);
    await assert.rejects(openRealtimeFile(join(folder, 'none.ts'), { ...options, loop: false }, never), {
      code: 'INPUT_NOT_FOUND',
    });
  });
});
