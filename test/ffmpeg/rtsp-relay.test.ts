import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { suite, test, type TestContext } from 'node:test';
import { bytesOf, headerOf, RtspSplitter, withHeader, type RtspMessage } from '../../src/ffmpeg/rtsp-messages.js';
import { needsRelay, openRtspRelay } from '../../src/ffmpeg/rtsp-relay.js';

const NOTHING = new Uint8Array(0);
const CHALLENGE = 'Digest realm="cam", nonce="n1"';

/** A camera that demands a digest, then answers all alike; what it was asked is kept. */
class Camera {
  readonly asked: RtspMessage[] = [];
  readonly data: Uint8Array[] = [];
  socket: Socket | undefined;
  readonly #server = createServer((socket) => {
    this.socket = socket;
    const splitter = new RtspSplitter();
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      for (const part of splitter.push(bytes)) {
        if (part instanceof Uint8Array) this.data.push(part);
        else this.#answer(socket, part);
      }
    });
  });

  static async start(t: TestContext): Promise<Camera> {
    const camera = new Camera();
    camera.#server.listen(0, '127.0.0.1');
    await once(camera.#server, 'listening');
    t.after(() => {
      camera.#server.close();
      camera.socket?.destroy();
    });
    return camera;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  #answer(socket: Socket, request: RtspMessage): void {
    this.asked.push(request);
    const number = headerOf(request, 'cseq') ?? '';
    const allowed = headerOf(request, 'authorization')?.startsWith('Digest username="admin", realm="cam"') === true;
    const status = allowed ? '200 OK' : '401 Unauthorized';
    const headers = [['CSeq', number], ...(allowed ? [] : [['WWW-Authenticate', CHALLENGE]]), ['Transport', 'RTP/AVP;client_port=5000-5001;server_port=6000-6001']]; // prettier-ignore
    socket.write(bytesOf({ first: `RTSP/1.0 ${status}`, headers: headers as [string, string][], body: NOTHING }));
  }
}

/** What ffmpeg does at a relay. */
async function visit(
  t: TestContext,
  address: string,
): Promise<{ socket: Socket; next: () => Promise<RtspMessage | Uint8Array> }> {
  const socket = connect(Number(new URL(address).port), '127.0.0.1');
  t.after(() => socket.destroy());
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  const splitter = new RtspSplitter();
  const parts = (async function* () {
    for await (const bytes of socket as AsyncIterable<Buffer>) yield* splitter.push(bytes);
  })();
  return {
    socket,
    next: async () => {
      const { value, done } = await parts.next();
      if (done === true) throw new Error('the relay has ended');
      return value;
    },
  };
}

const request = (method: string, uri: string, number: number): Uint8Array =>
  bytesOf(withHeader({ first: `${method} ${uri} RTSP/1.0`, headers: [], body: NOTHING }, 'CSeq', String(number)));

suite('RTSP relay', () => {
  test('answers the demand for a password itself, once a connection; numbers and addresses stay each side’s own', async (t) => {
    const camera = await Camera.start(t);
    const address = await openRtspRelay(`rtsp://admin:se%63ret@127.0.0.1:${camera.port}/a/b?c=1`, { timeoutMs: 5000 });
    assert.match(address, /^rtsp:\/\/127\.0\.0\.1:\d+\/a\/b\?c=1$/);
    const { socket, next } = await visit(t, address);
    for (const number of [7, 9]) {
      socket.write(request('OPTIONS', address, number));
      const answer = (await next()) as RtspMessage;
      assert.equal(answer.first, 'RTSP/1.0 200 OK');
      assert.equal(headerOf(answer, 'cseq'), String(number));
      assert.match(headerOf(answer, 'transport') ?? '', /;source=127\.0\.0\.1$/);
    }
    assert.deepEqual(
      camera.asked.map(({ first }) => first),
      Array(3).fill(`OPTIONS rtsp://127.0.0.1:${camera.port}/a/b?c=1 RTSP/1.0`),
    );
    assert.deepEqual(
      camera.asked.map((asked) => headerOf(asked, 'cseq')),
      ['1', '2', '3'],
    );
    assert.doesNotMatch(JSON.stringify(camera.asked.map(({ headers }) => headers)), /secret/);
    socket.write(request('SETUP', 'rtsp://elsewhere/track1', 10));
    await next();
    assert.equal(camera.asked.at(-1)?.first, 'SETUP rtsp://elsewhere/track1 RTSP/1.0');
  });

  test('a wrong password is asked about once and told, not hammered', async (t) => {
    const camera = await Camera.start(t);
    const address = await openRtspRelay(`rtsp://eve:x@127.0.0.1:${camera.port}/`, { timeoutMs: 5000 });
    const { socket, next } = await visit(t, address);
    socket.write(request('DESCRIBE', address, 1));
    assert.equal(((await next()) as RtspMessage).first, 'RTSP/1.0 401 Unauthorized');
    assert.equal(camera.asked.length, 2);
  });

  test('pictures pass both ways as they are, what a camera asks too, and a goodbye is still sent', async (t) => {
    const camera = await Camera.start(t);
    const address = await openRtspRelay(`rtsp://admin:x@127.0.0.1:${camera.port}/`, { timeoutMs: 5000 });
    const { socket, next } = await visit(t, address);
    const data = Buffer.concat([Buffer.from([0x24, 0, 0x40, 0]), Buffer.alloc(0x4000, 7)]);
    socket.write(data);
    socket.write(request('OPTIONS', address, 1));
    await next();
    assert.deepEqual(
      camera.data.map((part) => Buffer.from(part)),
      [data],
    );
    for (let piece = 0; piece < 200; piece += 1) camera.socket?.write(data);
    camera.socket?.write(request('GET_PARAMETER', 'rtsp://here/', 4));
    for (let piece = 0; piece < 200; piece += 1) assert.deepEqual(Buffer.from((await next()) as Uint8Array), data);
    assert.equal(((await next()) as RtspMessage).first, 'GET_PARAMETER rtsp://here/ RTSP/1.0');
    assert.ok(camera.socket);
    const closed = once(camera.socket, 'close');
    socket.end(request('TEARDOWN', address, 2));
    await closed;
    assert.match(camera.asked.at(-1)?.first ?? '', /^TEARDOWN /);
  });

  test('takes one connection only, and ends with either side', async (t) => {
    const camera = await Camera.start(t);
    const address = await openRtspRelay(`rtsp://admin:x@127.0.0.1:${camera.port}/`, { timeoutMs: 5000 });
    const { socket } = await visit(t, address);
    socket.write(request('OPTIONS', address, 1));
    await once(socket, 'data');
    await assert.rejects(visit(t, address), { code: 'ECONNREFUSED' });
    const gone = once(socket, 'close');
    camera.socket?.resetAndDestroy();
    await gone;
  });

  test('what is no RTSP ends both, from either side', async (t) => {
    for (const side of ['camera', 'ffmpeg'] as const) {
      const camera = await Camera.start(t);
      const address = await openRtspRelay(`rtsp://admin:x@127.0.0.1:${camera.port}/`, { timeoutMs: 5000 });
      const { socket } = await visit(t, address);
      socket.write(request('OPTIONS', address, 1));
      await once(socket, 'data');
      const gone = once(socket, 'close');
      socket.resume();
      if (side === 'camera') camera.socket?.write('HTTP/1.1 200 OK\r\n\r\n');
      else socket.write('\u0016\u0003\u0001 hello there\r\n\r\n');
      await gone;
    }
  });

  test('who cannot be reached has a code, and a stop is obeyed', async (t) => {
    const open = (address: string, signal?: AbortSignal): Promise<string> =>
      openRtspRelay(address, { timeoutMs: 300, ...(signal === undefined ? {} : { signal }) });
    const refuses = async (address: string, code: string): Promise<void> => {
      await assert.rejects(open(address), (error: Error) => {
        assert.equal((error as Error & { code: string }).code, code);
        assert.doesNotMatch(error.message, /secret/);
        return true;
      });
    };
    await refuses('rtsp://a:secret@127.0.0.1:1/', 'CONNECTION_REFUSED');
    await refuses('rtsp://a:secret@no-such-camera.invalid/', 'HOST_NOT_FOUND');
    const camera = await Camera.start(t);
    await refuses(`rtsps://a:secret@127.0.0.1:${camera.port}/`, 'CONNECTION_LOST');
    await assert.rejects(open(`rtsp://127.0.0.1:${camera.port}/`, AbortSignal.abort()), { code: 'CONNECTION_LOST' });
  });

  test('is used where a password would show, or a certificate is to be checked', () => {
    assert.ok(['rtsp://a:b@cam/1', 'RTSPS://cam/1', 'rtsp://a@cam'].every(needsRelay));
    assert.ok(!['rtsp://cam/a@b', 'http://a:b@cam/', 'v4l2:/dev/video0', 'cam.sdp'].some(needsRelay));
  });
});
