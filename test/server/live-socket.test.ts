import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { suite, test, type TestContext } from 'node:test';
import { WebSocket } from 'ws';
import { createServer, listen } from '../../src/server/create-server.js';
import { decodePictureMessage, type PictureMessage } from '../../src/sinks/viewer-protocol.js';
import { ServedCamera } from '../fakes/served-camera.js';

async function setUp(t: TestContext): Promise<{ camera: ServedCamera; address: string; close: () => Promise<void> }> {
  const camera = new ServedCamera('roof');
  const app = await createServer({ cameras: [camera], names: [] });
  t.after(() => app.close());
  const address = await listen(app, '127.0.0.1', 0);
  return { camera, address, close: () => app.close().then(() => undefined) };
}

/** A viewer, and all it has got so far. */
function viewer(
  address: string,
  headers: Record<string, string> = {},
  query = '',
): {
  socket: WebSocket;
  next: () => Promise<PictureMessage>;
} {
  const socket = new WebSocket(`${address.replace('http', 'ws')}/api/cameras/roof/live${query}`, { headers });
  socket.binaryType = 'nodebuffer';
  const waiting: ((picture: PictureMessage) => void)[] = [];
  socket.on('message', (data, isBinary) => {
    if (!isBinary) return;
    const picture = decodePictureMessage(data as Buffer);
    assert.ok(picture !== undefined);
    waiting.shift()?.(picture);
  });
  return { socket, next: () => new Promise((resolve) => waiting.push(resolve)) };
}

suite('live socket', () => {
  test('tells where the camera stands, then every picture to everybody', async (t) => {
    const { camera, address } = await setUp(t);
    const [one, two] = [viewer(address), viewer(address)];
    const [told] = (await once(one.socket, 'message')) as [Buffer];
    assert.equal((JSON.parse(String(told)) as { id: string }).id, 'roof');
    if (two.socket.readyState !== WebSocket.OPEN) await once(two.socket, 'open');
    for (let n = 0; n < 3; n += 1) {
      const both = Promise.all([one.next(), two.next()]);
      await camera.show(10, 20);
      const [first, second] = await both;
      assert.equal(first.sequence, n);
      assert.deepEqual(first.coded, second.coded);
      assert.deepEqual([first.width, first.height, first.synthesised], [64, 48, 'model']);
    }
    const gone = once(one.socket, 'close');
    one.socket.close();
    two.socket.terminate();
    await gone;
  });

  test('a late viewer of a camera that shows nothing new gets the last picture', async (t) => {
    const { camera, address } = await setUp(t);
    await camera.show(10, 20);
    const late = viewer(address);
    assert.equal((await late.next()).sequence, 0);
    late.socket.terminate();
  });

  test('a viewer that reads nothing holds up nobody, and what waits for it is bounded', async (t) => {
    const { camera, address, close } = await setUp(t);
    const fast = viewer(address);
    await once(fast.socket, 'open');
    // A handshake by hand on a connection that is never read from.
    const { hostname, port, host } = new URL(address);
    const slow = connect(Number(port), hostname);
    t.after(() => slow.destroy());
    slow.write(
      `GET /api/cameras/roof/live HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n',
    );
    await once(slow, 'readable');
    slow.pause();
    assert.equal(camera.picture.watchers, 2);
    const size = { width: 640, height: 480 };
    const noise = new Uint8Array(randomBytes(size.width * size.height * 3));
    let made = 0;
    for (let n = 0; n < 80; n += 1) {
      const shown = fast.next();
      await camera.showPixels(noise, n, size);
      made += (await shown).coded.length;
    }
    let taken = 0;
    slow.on('data', (chunk: Buffer) => (taken += chunk.length));
    slow.resume();
    const gone = once(slow, 'close');
    await Promise.all([close(), gone]);
    // What the system's own buffers hold is much already; all beyond that was never kept.
    assert.ok(taken < 0.6 * made, `${taken} of ${made} bytes were kept for it`);
  });

  test('H.264: a late viewer begins with a keyframe and gets all that followed it', async (t) => {
    const { camera, address } = await setUp(t);
    await camera.show(10, 20);
    const first = viewer(address, {}, '?codec=h264');
    const begin = await first.next();
    assert.deepEqual([begin.coding, begin.keyframe, begin.sequence], ['h264', true, 0]);
    for (let n = 1; n < 4; n += 1) {
      const next = first.next();
      await camera.show(10 + n, 20);
      const { keyframe, sequence } = await next;
      assert.deepEqual([keyframe, sequence], [false, n]);
    }
    const late = viewer(address, {}, '?codec=h264');
    const seen = await Promise.all([late.next(), late.next(), late.next(), late.next()]);
    assert.deepEqual(
      seen.map(({ sequence }) => sequence),
      [0, 1, 2, 3],
    );
    first.socket.terminate();
    late.socket.terminate();
    await camera.close();
  });

  test('where there is no encoder whoever asks for H.264 gets JPEG', async (t) => {
    const camera = new ServedCamera('roof', { video: false });
    const app = await createServer({ cameras: [camera], names: [] });
    t.after(() => app.close());
    const address = await listen(app, '127.0.0.1', 0);
    const { socket, next } = viewer(address, {}, '?codec=h264');
    await camera.show(10, 20);
    assert.equal((await next()).coding, 'jpeg');
    socket.terminate();
  });

  test('foreign pages, foreign names and unknown cameras are refused', async (t) => {
    const { address } = await setUp(t);
    const refused = async (socket: WebSocket): Promise<number | undefined> => {
      const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
      socket.on('error', () => undefined);
      socket.terminate();
      return response.statusCode;
    };
    assert.equal(await refused(viewer(address, { origin: 'http://evil.example' }).socket), 403);
    assert.equal(await refused(viewer(address, { host: 'evil.example' }).socket), 403);
    const wrong = new WebSocket(`${address.replace('http', 'ws')}/api/cameras/cellar/live`);
    assert.equal(await refused(wrong), 404);
    const own = viewer(address, { origin: address });
    await once(own.socket, 'open');
    own.socket.terminate();
  });

  test('one that says too much is cut off; the others go on', async (t) => {
    const { camera, address } = await setUp(t);
    const [loud, calm] = [viewer(address), viewer(address)];
    await Promise.all([once(loud.socket, 'open'), once(calm.socket, 'open')]);
    const gone = once(loud.socket, 'close');
    loud.socket.send(Buffer.alloc(100_000));
    const [code] = (await gone) as [number];
    assert.equal(code, 1009);
    const next = calm.next();
    await camera.show(1, 1);
    await next;
    calm.socket.terminate();
  });

  test('when the server stops its viewers are told, and nothing keeps it', async (t) => {
    const { camera, address, close } = await setUp(t);
    const { socket } = viewer(address);
    await once(socket, 'open');
    const gone = once(socket, 'close');
    await close();
    const [code] = (await gone) as [number];
    assert.equal(code, 1001);
    assert.equal(camera.picture.watchers, 0);
    assert.equal(camera.listeners, 0);
  });
});

suite('streams over HTTP', () => {
  const open = async (url: string): Promise<IncomingMessage> => {
    const [response] = (await once(get(url), 'response')) as [IncomingMessage];
    return response;
  };
  const until = (response: IncomingMessage, wanted: RegExp): Promise<string> =>
    new Promise((resolve) => {
      let text = '';
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString('latin1');
        if (wanted.test(text)) resolve(text);
      });
    });

  test('Motion JPEG: one part after the other, and no more when the reader has gone', async (t) => {
    const { camera, address } = await setUp(t);
    await camera.show(1, 1);
    const response = await open(`${address}/stream.mjpeg?which=thermal`);
    assert.match(response.headers['content-type'] ?? '', /^multipart\/x-mixed-replace; boundary=/);
    assert.equal(response.headers['x-content-type-options'], 'nosniff');
    const two = until(response, /(?:--daylit-picture\r\nContent-Type: image\/jpeg[^]*){2}\xff\xd9\r\n$/);
    await camera.show(2, 2);
    await two;
    assert.equal(camera.picture.watchers, 1);
    const left = new Promise<void>((resolve) => {
      const look = (): void => {
        if (camera.picture.watchers === 0) resolve();
        else setImmediate(look);
      };
      look();
    });
    response.destroy();
    await left;
  });

  test('MPEG-TS begins with the tables; HLS lists segments that can be fetched; both from one encoder', async (t) => {
    const { camera, address } = await setUp(t);
    const timer = setInterval(() => void camera.show(9, 9), 5);
    t.after(() => {
      clearInterval(timer);
      return camera.close();
    });
    const response = await open(`${address}/stream.ts`);
    assert.equal(response.headers['content-type'], 'video/mp2t');
    const [first] = (await once(response, 'data')) as [Buffer];
    assert.equal(first[0], 0x47);
    assert.equal(camera.picture.watchers, 1);
    const list = await fetch(`${address}/hls/roof/index.m3u8?token=a%26b`);
    assert.equal(list.headers.get('content-type'), 'application/vnd.apple.mpegurl');
    const [name = ''] = /^\d+\.ts.*$/m.exec(await list.text()) ?? [];
    assert.match(name, /^\d+\.ts\?token=a%26b$/);
    const segment = await fetch(`${address}/hls/roof/${name}`);
    assert.equal(segment.status, 200);
    assert.equal((await segment.arrayBuffer()).byteLength % 188, 0);
    assert.equal((await fetch(`${address}/stream.ts`, { method: 'HEAD' })).headers.get('content-type'), 'video/mp2t');
    assert.equal((await fetch(`${address}/hls/roof/999999.ts`)).status, 404);
    assert.equal((await fetch(`${address}/hls/roof/passwd`)).status, 400);
    assert.equal((await fetch(`${address}/hls/cellar/index.m3u8`)).status, 404);
    response.destroy();
  });

  test('where there is no encoder, that is told instead', async (t) => {
    const camera = new ServedCamera('roof', { video: false });
    const app = await createServer({ cameras: [camera], names: [] });
    t.after(() => app.close());
    const address = await listen(app, '127.0.0.1', 0);
    await camera.show(1, 1);
    for (const path of ['stream.ts', 'hls/roof/index.m3u8']) {
      const answer = await fetch(`${address}/${path}`);
      assert.equal(((await answer.json()) as { error: { code: string } }).error.code, 'FFMPEG_UNSUPPORTED', path);
    }
  });

  test('end when the server stops', async (t) => {
    const { camera, address, close } = await setUp(t);
    const response = await open(`${address}/api/events`);
    const ended = new Promise((resolve) => response.on('close', resolve));
    response.on('error', () => undefined).resume();
    await Promise.all([close(), ended]);
    assert.equal(camera.listeners, 0);
  });

  test('events: each camera at first, then at every change', async (t) => {
    const { camera, address } = await setUp(t);
    const response = await open(`${address}/api/events`);
    assert.equal(response.headers['content-type'], 'text/event-stream');
    const changed = until(response, /"state":"stalled"/);
    await until(response, /event: camera\ndata: \{"id":"roof".*"state":"live".*\}\n\n/);
    camera.state = 'stalled';
    camera.tell();
    assert.match(await changed, /"state":"stalled"/);
    response.destroy();
  });
});
