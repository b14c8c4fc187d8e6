import assert from 'node:assert/strict';
import { suite, test, type TestContext } from 'node:test';
import type { FastifyInstance, InjectOptions } from 'fastify';
import sharp from 'sharp';
import { createServer } from '../../src/server/create-server.js';
import { DaylitError } from '../../src/core/errors.js';
import { ServedCamera } from '../fakes/served-camera.js';

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly bytes: Buffer;
  readonly text: string;
  readonly code: string | undefined;
  readonly json: unknown;
}

type Ask = (method: 'GET' | 'POST' | 'PUT', url: string, rest?: Partial<InjectOptions>) => Promise<Answer>;

async function setUp(t: TestContext, ...cameras: ServedCamera[]): Promise<{ app: FastifyInstance; ask: Ask }> {
  const app = await createServer({ cameras, names: ['tower'] });
  t.after(() => app.close());
  const ask: Ask = async (method, url, { headers = {}, ...rest } = {}) => {
    const answer = await app.inject({ method, url, ...rest, headers: { host: 'localhost:8080', ...headers } });
    const json: unknown = /json/.test(String(answer.headers['content-type'])) ? answer.json() : undefined;
    const { error } = (json ?? {}) as { error?: { code: string } };
    const { statusCode: status, headers: got, rawPayload: bytes, payload: text } = answer;
    return { status, headers: got, bytes, text, code: error?.code, json };
  };
  return { app, ask };
}

const photo = (): Promise<Buffer> =>
  sharp({ create: { width: 40, height: 30, channels: 3, background: '#3355ff' } })
    .jpeg()
    .toBuffer();

const jpegHeaders = { 'content-type': 'image/jpeg' };

suite('server: pages and pictures', () => {
  test('the page and its parts are there, with headers that let nothing else in', async (t) => {
    const { ask } = await setUp(t, new ServedCamera('roof'));
    const page = await ask('GET', '/');
    assert.equal(page.status, 200);
    assert.match(String(page.headers['content-security-policy']), /default-src 'none'; script-src 'self'/);
    assert.equal(page.headers['x-content-type-options'], 'nosniff');
    const parts = [...page.text.matchAll(/(?:src|href)="(server\/[^"]+)"/g)].map(([, path]) => path ?? '');
    assert.ok(parts.length >= 3);
    for (const path of [...parts, 'sinks/viewer-protocol.js'])
      assert.equal((await ask('GET', `/${path}`)).status, 200, path);
    assert.doesNotMatch(page.text, /<script>|style=|https?:/);
  });

  test('no path leads out of the page', async (t) => {
    const { ask } = await setUp(t, new ServedCamera('roof'));
    for (const path of [
      '/package.json',
      '/server/viewer/../../config.js',
      '/server/viewer/%2e%2e/create-server.js',
      '/sinks/websocket.js',
      '/server/viewer/',
    ]) {
      const answer = await ask('GET', path);
      assert.equal(answer.status, 404, path);
      assert.equal(answer.code, 'NOT_SERVED');
    }
  });

  test('a snapshot shows what is asked for, of the camera that is asked for', async (t) => {
    const [roof, yard] = [new ServedCamera('roof'), new ServedCamera('yard')];
    const { ask } = await setUp(t, roof, yard);
    assert.equal((await ask('GET', '/snapshot.jpg')).code, 'NO_PICTURE');
    await roof.show(50, 200);
    await yard.show(50, 0, { width: 32, height: 24 });
    const colour = await ask('GET', '/snapshot.jpg');
    assert.equal(colour.headers['content-type'], 'image/jpeg');
    assert.equal(colour.headers['daylit-synthesised-colours'], 'yes');
    const [red] = (await sharp(colour.bytes).stats()).channels;
    assert.ok(Math.abs((red?.mean ?? 0) - 200) < 8);
    const both = await ask('GET', '/snapshot.jpg?camera=yard&which=both');
    assert.equal((await sharp(both.bytes).metadata()).width, 64);
    assert.equal((await ask('GET', '/snapshot.jpg?camera=cellar')).code, 'NOT_SERVED');
    assert.equal((await ask('GET', '/snapshot.jpg?which=xray')).code, 'REQUEST_INVALID');
    assert.equal((await ask('GET', '/snapshot.jpg?width=9')).status, 400);
  });
});

suite('server: cameras', () => {
  test('where they stand', async (t) => {
    const camera = new ServedCamera('roof');
    const { ask } = await setUp(t, camera);
    const { json } = await ask('GET', '/api/cameras');
    assert.deepEqual(json, { cameras: [camera.status()] });
    assert.deepEqual((await ask('GET', '/api/cameras/roof')).json, camera.status());
    assert.equal((await ask('GET', '/api/cameras/cellar')).status, 404);
  });

  test('a retry is passed on', async (t) => {
    const camera = new ServedCamera('roof');
    const { ask } = await setUp(t, camera);
    assert.equal((await ask('POST', '/api/cameras/roof/retry')).status, 204);
    assert.equal(camera.retries, 1);
  });
});

suite('server: photos', () => {
  test('a new photo is used alone; the old one stays at hand and can be taken again', async (t) => {
    const camera = new ServedCamera('roof');
    const { ask } = await setUp(t, camera);
    const added = await ask('POST', '/api/cameras/roof/references?name=dusk.jpg', {
      headers: jpegHeaders,
      payload: await photo(),
    });
    assert.equal(added.status, 201);
    assert.deepEqual(added.json, { id: 'r2', name: 'dusk.jpg', inUse: true });
    assert.deepEqual((camera.applied[0]?.[0] as { size: unknown }).size, { width: 40, height: 30 });
    const list = (): Promise<Answer> => ask('GET', '/api/cameras/roof/references');
    assert.deepEqual((await list()).json, {
      references: [
        { id: 'r1', name: 'noon.jpg', inUse: false },
        { id: 'r2', name: 'dusk.jpg', inUse: true },
      ],
    });
    const changed = await ask('PUT', '/api/cameras/roof/references', { payload: { use: ['r1', 'r2'] } });
    assert.equal(changed.status, 200);
    assert.equal(camera.applied[1]?.length, 2);
    const preview = await ask('GET', '/api/cameras/roof/references/r2/preview.jpg');
    assert.equal((await sharp(preview.bytes).metadata()).format, 'jpeg');
  });

  test('what is no photo changes nothing', async (t) => {
    const camera = new ServedCamera('roof');
    const { ask } = await setUp(t, camera);
    const path = '/api/cameras/roof/references';
    const good = await photo();
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>';
    const cases: readonly (readonly [string, Partial<InjectOptions>, number, string])[] = [
      ['text', { headers: jpegHeaders, payload: 'hello' }, 422, 'REFERENCE_UNREADABLE'],
      ['cut off', { headers: jpegHeaders, payload: good.subarray(0, good.length - 200) }, 422, 'REFERENCE_UNREADABLE'],
      ['a drawing', { headers: { 'content-type': 'image/svg+xml' }, payload: svg }, 422, 'REFERENCE_UNREADABLE'],
      ['nothing', { headers: jpegHeaders, payload: '' }, 400, 'REQUEST_INVALID'],
      ['JSON', { payload: { photo: 1 } }, 400, 'REQUEST_INVALID'],
      ['a form', { headers: { 'content-type': 'text/plain' }, payload: 'x' }, 415, 'REQUEST_INVALID'],
      ['too large', { headers: jpegHeaders, payload: Buffer.alloc(33 * 1024 * 1024) }, 413, 'REQUEST_INVALID'],
    ];
    for (const [what, request, status, code] of cases) {
      const answer = await ask('POST', path, request);
      assert.equal(answer.code, code, what);
      assert.equal(answer.status, status, what);
    }
    assert.deepEqual(camera.applied, []);
    assert.deepEqual((await ask('PUT', path, { payload: { use: ['r9'] } })).code, 'NOT_SERVED');
    assert.deepEqual((await ask('PUT', path, { payload: { use: 'r1' } })).code, 'REQUEST_INVALID');
    assert.deepEqual((await ask('GET', `${path}/r9/preview.jpg`)).status, 404);
  });

  test('when colouring after it fails the photos before stay', async (t) => {
    const camera = new ServedCamera('roof');
    camera.failure = new DaylitError('MODEL_FAILED', 'by hand');
    const { ask } = await setUp(t, camera);
    const answer = await ask('POST', '/api/cameras/roof/references', { headers: jpegHeaders, payload: await photo() });
    assert.deepEqual([answer.status, answer.code], [500, 'MODEL_FAILED']);
    assert.deepEqual(camera.references?.list(), [{ id: 'r1', name: 'noon.jpg', inUse: true }]);
  });

  test('a bounded number is kept, and those in use among them', async (t) => {
    const camera = new ServedCamera('roof');
    const { ask } = await setUp(t, camera);
    for (let n = 0; n < 14; n += 1) {
      await ask('POST', '/api/cameras/roof/references', { headers: jpegHeaders, payload: await photo() });
    }
    const list = camera.references?.list() ?? [];
    assert.equal(list.length, 12);
    assert.deepEqual(
      list.filter(({ inUse }) => inUse).map(({ id }) => id),
      ['r15'],
    );
  });

  test('a camera coloured by a palette takes none', async (t) => {
    const { ask } = await setUp(t, new ServedCamera('roof', { palette: true }));
    const answer = await ask('POST', '/api/cameras/roof/references', { headers: jpegHeaders, payload: await photo() });
    assert.deepEqual([answer.status, answer.code], [400, 'REQUEST_INVALID']);
  });
});

suite('server: strangers', () => {
  test('a request by a foreign name is refused, whatever it asks for', async (t) => {
    const { app, ask } = await setUp(t, new ServedCamera('roof'));
    await app.ready();
    for (const path of [
      '/',
      '/api/cameras',
      '/snapshot.jpg',
      '/stream.mjpeg',
      '/api/events',
      '/metrics',
      '/livez',
      '/readyz',
      '/login',
      '/nothing',
    ]) {
      const answer = await ask('GET', path, { headers: { host: 'evil.example:8080' } });
      assert.deepEqual([answer.status, answer.code], [403, 'REQUEST_REFUSED'], path);
    }
  });

  test('another page can change nothing', async (t) => {
    const camera = new ServedCamera('roof');
    const { ask } = await setUp(t, camera);
    for (const headers of [
      { origin: 'https://evil.example' },
      { 'sec-fetch-site': 'cross-site' },
      { origin: 'null' },
    ]) {
      assert.equal((await ask('POST', '/api/cameras/roof/retry', { headers })).status, 403);
      const answer = await ask('POST', '/api/cameras/roof/references', {
        headers: { ...headers, ...jpegHeaders },
        payload: await photo(),
      });
      assert.equal(answer.code, 'REQUEST_REFUSED');
    }
    assert.equal(camera.retries, 0);
    assert.deepEqual(camera.applied, []);
  });
});
