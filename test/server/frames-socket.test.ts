import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import sharp from 'sharp';
import { WebSocket } from 'ws';
import type { CameraStatus } from '../../src/camera.js';
import { packageRoot } from '../../src/core/package-root.js';
import { createServer, listen } from '../../src/server/create-server.js';
import { guardedServer } from '../fakes/guarded-server.js';
import { ServedCamera } from '../fakes/served-camera.js';

async function setUp(t: TestContext): Promise<{ camera: ServedCamera; address: string }> {
  const camera = new ServedCamera('roof');
  const app = await createServer({ cameras: [camera], names: [] });
  t.after(() => app.close());
  return { camera, address: (await listen(app, '127.0.0.1', 0)).replace('http', 'ws') };
}

/** A program that reads frames, and all that it was told. */
class Program {
  readonly socket: WebSocket;
  readonly #frames: Buffer[] = [];
  readonly #texts: unknown[] = [];
  #wake: () => void = () => undefined;

  constructor(address: string, query = '', token?: string) {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    this.socket = new WebSocket(`${address}/api/cameras/roof/frames${query}`, { headers });
    this.socket.on('message', (data, isBinary) => {
      if (isBinary) this.#frames.push(data as Buffer);
      else this.#texts.push(JSON.parse((data as Buffer).toString()));
      this.#wake();
    });
  }

  say(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  frame(): Promise<Buffer> {
    return this.#next(this.#frames);
  }

  text(): Promise<unknown> {
    return this.#next(this.#texts);
  }

  async #next<T>(queue: T[]): Promise<T> {
    for (let next = queue.shift(); ; next = queue.shift()) {
      if (next !== undefined) return next;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

/** A reader made of nothing but the table in docs/protocol.md: names of fields by offset, width and type. */
function readByTheBook(message: Buffer): Record<string, number | string> {
  const page = readFileSync(join(packageRoot(), 'docs/protocol.md'), 'utf8');
  const rows = [...page.matchAll(/^\| (\d+) \| (\d+) \| (ASCII|u?int\d+) \| (\w+)/gm)];
  const read = (type: string, at: number, bytes: number): number | string => {
    if (type === 'ASCII') return message.toString('ascii', at, at + bytes);
    assert.equal(bytes * 8, Number(type.replace(/\D/g, '')));
    if (bytes === 8) return Number(type === 'int64' ? message.readBigInt64BE(at) : message.readBigUInt64BE(at));
    return message.readUIntBE(at, bytes);
  };
  return Object.fromEntries(
    rows.map(([, at, bytes, type = '', name = '']): [string, number | string] => [
      name,
      read(type, Number(at), Number(bytes)),
    ]),
  );
}

suite('frames socket', () => {
  test('docs/protocol.md is enough to read what is sent', async (t) => {
    const { camera, address } = await setUp(t);
    const program = new Program(address, '?format=rgb24&which=both&size=8x6');
    const { status } = (await program.text()) as { status: CameraStatus };
    assert.equal(status.id, 'roof');
    program.say({ credit: 1 });
    for (let n = 0; n < 3; n += 1) await camera.show(50, 200);
    const before = Date.now();
    const message = await program.frame();
    const header = readByTheBook(message);
    assert.deepEqual(Object.keys(header), [
      ...['magic', 'version', 'format', 'which', 'flags', 'sequence', 'pts', 'captured', 'epoch', 'age'],
      ...['width', 'height', 'length'],
    ]);
    const { captured, age, sequence, pts, ...rest } = header;
    const length = Number(header.length);
    assert.deepEqual(rest, {
      ...{ magic: 'DLFR', version: 1, format: 0, which: 2, flags: 1, epoch: 0, width: 16, height: 6, length },
    });
    assert.equal(pts, Number(sequence) * 40_000);
    assert.ok(Math.abs(Number(captured) / 1000 - before) < 10_000 && Number(age) < 10_000_000);
    assert.deepEqual(JSON.parse(message.toString('utf8', 48, 48 + length)), { camera: 'roof' });
    const pixels = message.subarray(48 + length);
    assert.equal(pixels.length, 3 * 16 * 6);
    assert.deepEqual([...pixels.subarray(0, 3), ...pixels.subarray(24, 27)], [50, 50, 50, 200, 0, 0]);
    program.socket.terminate();
  });

  test('a program that asks late gets the newest frame', async (t) => {
    const { camera, address } = await setUp(t);
    const program = new Program(address, '?format=gray&which=thermal');
    await program.text();
    for (let n = 0; n < 20; n += 1) await camera.show(n, 0);
    program.say({ credit: 1 });
    assert.equal((await program.frame()).at(-1), 19);
    program.say({ credit: 2 });
    await camera.show(77, 0);
    assert.equal((await program.frame()).at(-1), 77);
    program.socket.terminate();
  });

  test('JPEGs are JPEGs', async (t) => {
    const { camera, address } = await setUp(t);
    const program = new Program(address, '?format=jpeg&which=thermal&fps=25');
    await program.text();
    program.say({ credit: 1 });
    await camera.show(90, 0);
    const message = await program.frame();
    const jpeg = message.subarray(48 + message.readUInt32BE(44));
    const { format, width, channels } = await sharp(jpeg).metadata();
    assert.deepEqual([format, width, channels], ['jpeg', 64, 1]);
    program.socket.terminate();
  });

  test('what was found is told to the camera, with credit or without', async (t) => {
    const { camera, address } = await setUp(t);
    const program = new Program(address);
    await program.text();
    const detections = [{ label: 'car', score: 0.5, box: [0, 0, 1, 1] }];
    const told = new Promise((resolve) => camera.detections.onAdd(resolve));
    program.say({ sequence: 4, detections, credit: 1 });
    assert.deepEqual(await told, { ...camera.detections.recent()[0] });
    await camera.show(1, 1);
    await program.frame();
    assert.deepEqual(camera.detections.current(), detections);
    program.socket.terminate();
  });

  test('what cannot be used is told of, and harms nothing', async (t) => {
    const { camera, address } = await setUp(t);
    const program = new Program(address, '?format=gray&which=thermal');
    await program.text();
    const wrong: unknown[] = ['', 'nonsense', '[]', '{}', { credit: 0 }, { credit: 1.5 }, { credit: 1001 }];
    wrong.push({ credit: 1, more: 1 }, { detections: [{ label: 'car' }] }, { sequence: 1 }, '9'.repeat(60_000));
    for (const message of wrong) {
      program.say(message);
      const { error } = (await program.text()) as { error: { code: string } };
      assert.equal(error.code, 'REQUEST_INVALID', JSON.stringify(message).slice(0, 80));
    }
    program.socket.send(Buffer.from('{"credit":1}'), { binary: true });
    assert.ok('error' in ((await program.text()) as object));
    program.say({ credit: 1 });
    await camera.show(33, 0);
    assert.equal((await program.frame()).at(-1), 33);
    assert.deepEqual(camera.detections.recent(), []);
    program.socket.terminate();
  });

  test('who may only watch reads frames, and says nothing', async (t) => {
    const { camera, tokens, open } = await guardedServer(t);
    const address = (await open()).replace('http', 'ws');
    const program = new Program(address, '?format=gray&which=thermal', tokens.view);
    await program.text();
    program.say({ detections: [{ label: 'car', score: 0.5, box: [0, 0, 1, 1] }] });
    const { error } = (await program.text()) as { error: { code: string } };
    assert.equal(error.code, 'NOT_ALLOWED');
    assert.deepEqual(camera.detections.recent(), []);
    program.say({ credit: 1 });
    await camera.show(5, 0);
    assert.equal((await program.frame()).at(-1), 5);
    program.socket.terminate();
  });

  test('a query that cannot be used is refused before anything opens', async (t) => {
    const { address } = await setUp(t);
    for (const [path, status, code] of [
      ['roof/frames?format=bmp', 400, 'REQUEST_INVALID'],
      ['roof/frames?which=xray', 400, 'REQUEST_INVALID'],
      ['roof/frames?size=0x5', 400, 'REQUEST_INVALID'],
      ['roof/frames?size=99999x1', 400, 'REQUEST_INVALID'],
      ['roof/frames?size=4097x1', 400, 'REQUEST_INVALID'],
      ['roof/frames?fps=0', 400, 'REQUEST_INVALID'],
      ['roof/frames?fps=NaN', 400, 'REQUEST_INVALID'],
      ['roof/frames?colour=red', 400, 'REQUEST_INVALID'],
      ['cellar/frames', 404, 'NOT_SERVED'],
    ] as const) {
      const socket = new WebSocket(`${address}/api/cameras/${path}`);
      const [, answer] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
      let body = '';
      for await (const chunk of answer) body += String(chunk);
      const { error } = JSON.parse(body) as { error: { code: string } };
      assert.deepEqual([answer.statusCode, error.code], [status, code], path);
    }
  });

  test('a program that leaves leaves nothing behind', async (t) => {
    const { camera, address } = await setUp(t);
    const program = new Program(address);
    await program.text();
    assert.equal(camera.frames.readers, 1);
    const gone = new Promise<void>((resolve) => {
      t.mock.method(camera.frames, 'write', () => Promise.resolve());
      const look = (): void => {
        if (camera.frames.readers === 0 && camera.listeners === 0) resolve();
        else setImmediate(look);
      };
      look();
    });
    program.socket.terminate();
    await gone;
  });

  test('says too much at once: cut off, and nobody else', async (t) => {
    const { camera, address } = await setUp(t);
    const [loud, quiet] = [new Program(address), new Program(address, '?format=gray&which=thermal')];
    await Promise.all([loud.text(), quiet.text()]);
    const closed = once(loud.socket, 'close');
    loud.socket.on('error', () => undefined);
    loud.say('x'.repeat(70_000));
    assert.equal(((await closed) as [number])[0], 1009);
    quiet.say({ credit: 1 });
    await camera.show(12, 0);
    assert.equal((await quiet.frame()).at(-1), 12);
    quiet.socket.terminate();
  });
});
