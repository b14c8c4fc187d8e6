import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer as createHttp, type RequestListener } from 'node:http';
import { createServer as createTcp, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { before, suite, test, type TestContext } from 'node:test';
import type { ErrorCode } from '../../src/core/errors.js';
import { findFfmpeg } from '../../src/ffmpeg/binary.js';
import { lavfi, makeClip } from '../fakes/ffmpeg-clips.js';
import { LiveProcess, ffmpegsWith } from '../fakes/live-process.js';
import { RtspCamera } from '../fakes/rtsp-camera.js';
import { temporaryFolder } from '../fakes/temporary-folder.js';

/** The first code that a stream gives for an input. */
async function codeOf(t: TestContext, folder: string, input: string, ...more: string[]): Promise<string | undefined> {
  const args = ['--first-frame-timeout', '6', ...more, '--to', join(folder, 'out.ts'), '--', input];
  const daylit = new LiveProcess(t, args, folder);
  const { code } = await daylit.next('a code', (event) => event.code !== undefined && event.state !== 'ended');
  assert.doesNotMatch(daylit.said, /secret/);
  assert.doesNotMatch(daylit.said, /^\s+at .*:\d+:\d+/m, 'a stack trace');
  daylit.signal('SIGTERM');
  await daylit.ended;
  assert.deepEqual(ffmpegsWith(folder), []);
  assert.deepEqual(
    (await readdir(folder)).filter((name) => name.startsWith('out')),
    [],
  );
  return code;
}

async function serve(t: TestContext, answer: RequestListener): Promise<string> {
  const server = createHttp(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://user:secret@127.0.0.1:${(server.address() as AddressInfo).port}`;
}

suite('bad live input, with real parts', () => {
  let binary: Awaited<ReturnType<typeof findFfmpeg>>;
  before(async () => {
    binary = await findFfmpeg();
  });

  test('cameras: a wrong password, no such stream, nothing there, no such machine', async (t) => {
    const folder = await temporaryFolder(t);
    const camera = await RtspCamera.start(t, { password: 'right' });
    const open = await RtspCamera.start(t);
    const odd = `rtsp://127.0.0.1:${open.port}/a b;touch out$(touch out)\`touch out\`'"&|<>?x=1`;
    const cases: readonly (readonly [string, ErrorCode])[] = [
      [camera.address('thermal', 'admin:secret'), 'UNAUTHORIZED'],
      [`rtsp://127.0.0.1:${open.port}/nowhere`, 'STREAM_NOT_FOUND'],
      [odd, 'STREAM_NOT_FOUND'],
      ['rtsp://user:secret@127.0.0.1:1/thermal', 'CONNECTION_REFUSED'],
      ['rtsp://user:secret@no-such-camera.invalid/thermal', 'HOST_NOT_FOUND'],
    ];
    for (const [input, code] of cases) assert.equal(await codeOf(t, folder, input), code, input);
  });

  test('what is no stream, or none that is read', async (t) => {
    const folder = await temporaryFolder(t);
    const cases: readonly (readonly [string, ErrorCode])[] = [
      ['-rf', 'INPUT_UNSUPPORTED'],
      ['gopher://127.0.0.1/a', 'INPUT_UNSUPPORTED'],
      ['file:///etc/passwd', 'PROTOCOL_FORBIDDEN'],
      ['concat:/etc/passwd|/etc/group', 'PROTOCOL_FORBIDDEN'],
      ['subfile,,start,0,end,9,,:/etc/passwd', 'PROTOCOL_FORBIDDEN'],
      ['data:text/plain,a', 'PROTOCOL_FORBIDDEN'],
      ['v4l2:/dev/no-such-device', 'DEVICE_UNAVAILABLE'],
      ['nowhere.sdp', 'INPUT_NOT_FOUND'],
    ];
    for (const [input, code] of cases) assert.equal(await codeOf(t, folder, input), code, input);
  });

  test('what servers send instead of video', async (t) => {
    const folder = await temporaryFolder(t);
    const clip = (name: string, graph: string, ...options: string[]): Promise<string> =>
      makeClip(binary, [lavfi(graph)], join(folder, name), ...options);
    const sound = await clip('sound.ts', 'sine=d=2', '-c:a', 'mp2');
    const bomb = await clip('bomb.mkv', 'color=s=16000x16:r=25:d=0.04,format=gray', '-c:v', 'ffv1');
    const codec = await readFile(await clip('codec.mkv', 'testsrc2=s=64x48:d=0.4,format=gray', '-c:v', 'ffv1'));
    const name = codec.indexOf('V_FFV1');
    const fourcc = name < 0 ? codec.indexOf('FFV1') : name + 2;
    codec.write('QQQ1', fourcc, 'latin1');
    const bodies: Readonly<Record<string, readonly [Buffer, ErrorCode]>> = {
      '/page.html': [Buffer.from(`<html>${'<p>no video</p>'.repeat(2000)}</html>`), 'INPUT_UNREADABLE'],
      '/nothing.ts': [Buffer.alloc(0), 'INPUT_UNREADABLE'],
      '/sound.ts': [await readFile(sound), 'INPUT_EMPTY'],
      '/bomb.mkv': [await readFile(bomb), 'INPUT_TOO_LARGE'],
      '/codec.mkv': [codec, 'INPUT_UNREADABLE'],
    };
    const host = await serve(t, ({ url = '' }, response) => response.end(bodies[url]?.[0]));
    for (const [path, [, code]] of Object.entries(bodies))
      assert.equal(await codeOf(t, folder, host + path), code, path);
  });

  test('garbage without end is given up, and nothing is kept of it', async (t) => {
    const folder = await temporaryFolder(t);
    const garbage = randomBytes(1 << 16);
    const server = createTcp((socket) => {
      const more = (): void => {
        while (socket.write(garbage));
      };
      socket.on('drain', more).on('error', () => undefined);
      more();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => server.close());
    const code = await codeOf(t, folder, `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`);
    assert.ok(code === 'INPUT_UNREADABLE' || code === 'INPUT_EMPTY' || code === 'STREAM_STALLED', code);
  });

  test('a playlist of the network reaches no file of this machine and puts nothing together', async (t) => {
    const folder = await temporaryFolder(t);
    const video = await makeClip(binary, [lavfi('testsrc2=s=64x48:d=2:r=25,format=gray')], join(folder, 'here.ts'), '-c:v', 'mpeg2video', '-pix_fmt', 'yuv420p'); // prettier-ignore
    const entries = [video, `file://${video}`, `file:${video}`, `concat:${video}`, `subfile,,start,0,end,0,,:${video}`, `data:video/mp2t;base64,${(await readFile(video)).toString('base64')}`]; // prettier-ignore
    const host = await serve(t, ({ url = '' }, response) => {
      const entry = entries[Number(/\d+/.exec(url)?.[0])];
      response.end(`#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n${entry ?? ''}\n#EXT-X-ENDLIST\n`);
    });
    for (const index of entries.keys()) {
      const code = await codeOf(t, folder, `${host}/${index}.m3u8`);
      assert.ok(
        code !== 'CONNECTION_LOST' && code !== undefined,
        `${entries[index]?.slice(0, 40) ?? ''}: ${String(code)}`,
      );
    }
    await writeFile(join(folder, 'evil.sdp'), `v=0\no=- 0 0 IN IP4 127.0.0.1\ns=-\nm=video 0 ${video} 96\n`);
    assert.notEqual(await codeOf(t, folder, join(folder, 'evil.sdp')), undefined);
  });
});
