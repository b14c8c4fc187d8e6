import assert from 'node:assert/strict';
import { suite, test, type TestContext } from 'node:test';
import type { FastifyInstance } from 'fastify';
import sharp from 'sharp';
import { CameraSet } from '../../src/cameras/camera-set.js';
import type { CameraSettings } from '../../src/cameras/schema.js';
import { MemoryStore } from '../../src/cameras/store.js';
import { newToken } from '../../src/server/auth-secrets.js';
import type { ServerLimits } from '../../src/server/create-server.js';
import { capturedLog } from '../fakes/captured-log.js';
import { guardedServer, PASSWORD } from '../fakes/guarded-server.js';
import { DRAWING_WITH_FILE, GIF_AND_SCRIPT, jpegAndPage, pngBomb } from '../fakes/hostile-photos.js';
import { HostileTable } from '../fakes/hostile-table.js';
import { sayRaw, statusOf } from '../fakes/raw-http.js';
import { ServedCamera } from '../fakes/served-camera.js';

const requests = new HostileTable('Requests');
const uploads = new HostileTable('Uploads and addresses');

interface Attacked {
  readonly app: FastifyInstance;
  readonly address: string;
  readonly admin: string;
  readonly opened: readonly CameraSettings[];
  /** Says a request to the byte; its status. */
  readonly raw: (head: string, body?: string) => Promise<number | undefined>;
  /** Sends a request as the admin; its status. */
  readonly send: (method: string, path: string, type: string, body: Buffer | string) => Promise<number>;
}

/** A server whose log, answers and life are looked at when the test is over. */
async function attacked(t: TestContext, limits: Partial<ServerLimits> = {}): Promise<Attacked> {
  const { log, text } = capturedLog();
  const opened: CameraSettings[] = [];
  const roof = new ServedCamera('roof');
  const cameras = new CameraSet((settings) => {
    opened.push(settings);
    return Promise.resolve(roof);
  }, new MemoryStore());
  await cameras.apply(() => Promise.resolve([{ id: 'roof', input: 'rtsp://me:camera-secret@10.0.0.9/x' }]));
  let check = (): Promise<void> => Promise.resolve();
  // Registered before the server ends, so that it is asked while it should be alive.
  t.after(() => check());
  const { app, tokens, open } = await guardedServer(t, { cameras, log, limits });
  const address = await open();
  const { host } = new URL(address);
  const answers: string[] = [];
  check = async () => {
    const { status } = await fetch(`${address}/livez`).catch(() => ({ status: 0 }));
    const said = text() + answers.join('');
    assert.ok(text().length > 0);
    for (const secret of [PASSWORD, 'camera-secret', ...Object.values(tokens).map((token) => token.slice(16))])
      assert.ok(!said.includes(secret), 'a secret was told');
    assert.doesNotMatch(said, /\bat \S+ \(|node_modules|\.js:\d+/, 'a stack was told');
    assert.equal(status, 200, 'the server is alive');
  };
  const raw = async (head: string, body = ''): Promise<number | undefined> => {
    const answer = await sayRaw(address, `${head.replace('HOST', host)}${body}`).over;
    answers.push(answer);
    // Node answers a request without Host by itself.
    if (head.includes('Host: ') && statusOf(answer) !== 200)
      assert.match(answer, /\r\n\r\n\{"error":\{"code":"[A-Z_]+",/);
    return statusOf(answer);
  };
  const send = async (method: string, path: string, type: string, body: Buffer | string): Promise<number> => {
    const headers = { authorization: `Bearer ${tokens.admin}`, 'content-type': type };
    const answer = await fetch(address + path, {
      method,
      headers,
      body: typeof body === 'string' ? body : new Uint8Array(body),
    });
    answers.push(await answer.text());
    return answer.status;
  };
  return { app, address, admin: tokens.admin, opened: opened.slice(1), raw, send };
}

const get = (path: string, headers = ''): string =>
  `GET ${path} HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n${headers}\r\n`;

suite('hostile requests', () => {
  test('what is no HTTP', async (t) => {
    const { raw, admin } = await attacked(t);
    const allowed = `Authorization: Bearer ${admin}\r\n`;
    requests.check('A TLS hello on a plain port', await raw('\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'));
    requests.check('Random bytes', await raw('\x00\xff\x13\x37'.repeat(64)));
    requests.check('100 kB of headers', await raw(get('/livez', `X: ${'a'.repeat(100_000)}\r\n`)));
    requests.check(
      'Length and chunks at once (smuggling)',
      await raw(
        'POST /api/sign-in HTTP/1.1\r\nHost: HOST\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n',
        '0\r\n\r\n',
      ),
    );
    requests.check('A method of its own', await raw(get('/livez').replace('GET', 'BREW')));
    requests.check('TRACE', await raw(get('/livez').replace('GET', 'TRACE')));
    requests.check('An address that is badly encoded', await raw(get('/%zz')));
    requests.check('A parameter longer than any name', await raw(get(`/api/cameras/${'a'.repeat(500)}`, allowed)));
  });

  test('what comes too slowly', async (t) => {
    const { raw } = await attacked(t, { headersMs: 300, requestMs: 600 });
    requests.check('A head that never ends (slowloris)', await raw('GET /livez HTTP/1.1\r\nHost: HOST\r\nX-A: '));
    requests.check(
      'A body that never comes',
      await raw(
        'POST /api/sign-in HTTP/1.1\r\nHost: HOST\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
      ),
    );
  });

  test('paths that lead elsewhere', async (t) => {
    const { raw, admin } = await attacked(t);
    for (const path of [
      '/../../etc/passwd',
      '/server/viewer/../../../package.json',
      '/server/viewer/..%2f..%2fpackage.json',
      '/server/viewer/%2e%2e/%2e%2e/config.js',
      '/..\\..\\etc\\passwd',
      '/server/viewer/login.js%00.html',
      '//etc/passwd',
      '/api/cameras/..%2f..%2f',
    ]) {
      const answer = await raw(get(path, `Authorization: Bearer ${admin}\r\n`));
      requests.check('Paths with .., encoded and not, with null bytes, backslashes', answer);
    }
  });

  test('names, pages and callers that are not ours', async (t) => {
    const { raw, admin } = await attacked(t);
    const bearer = `Authorization: Bearer ${admin}\r\n`;
    requests.check('A foreign name in Host (DNS rebinding)', await raw(get('/livez').replace('HOST', 'evil.example')));
    requests.check('No Host', await raw('GET /livez HTTP/1.1\r\nConnection: close\r\n\r\n'));
    const post = (headers: string): string => get('/api/cameras/roof/retry', headers).replace('GET', 'POST');
    requests.check(
      "Another site's page that changes something",
      await raw(post(`${bearer}Origin: https://evil.example\r\n`)),
    );
    requests.check('The same from a sandboxed page', await raw(post(`${bearer}Origin: null\r\n`)));
    requests.check('No token', await raw(get('/api/cameras')));
    requests.check('A wrong token', await raw(get('/api/cameras', `Authorization: Bearer ${newToken().token}\r\n`)));
    requests.check(
      'A token cut short',
      await raw(get('/api/cameras', `Authorization: Bearer ${admin.slice(0, -1)}\r\n`)),
    );
    requests.check('An expired token', await expired(t));
    requests.check('A token in the address where a header can be sent', await raw(get(`/api/cameras?token=${admin}`)));
    requests.check('Two tokens in one address', await raw(get(`/snapshot.jpg?token=${admin}&token=${admin}`)));
    requests.check('A session that never was', await raw(get('/api/cameras', `Cookie: daylit=${'A'.repeat(43)}\r\n`)));
  });

  test('bodies', async (t) => {
    const { send } = await attacked(t);
    const signIn = (body: string): Promise<number> => send('POST', '/api/sign-in', 'application/json', body);
    requests.check(
      'JSON that sets __proto__',
      await signIn('{"__proto__":{"role":"admin"},"name":"a","password":"b"}'),
    );
    requests.check('JSON 10 000 levels deep', await signIn('['.repeat(10_000) + ']'.repeat(10_000)));
    requests.check('An object for a password', await signIn('{"name":"anna","password":{"$ne":null}}'));
    requests.check('A right name, a wrong password', await signIn('{"name":"anna","password":"guess-guess-guess"}'));
    requests.check('A JSON body of a megabyte', await signIn(`{"name":"${'a'.repeat(1_000_000)}"}`));
    requests.check('A form', await send('POST', '/api/sign-in', 'application/x-www-form-urlencoded', 'name=anna'));
    const guesses = await Promise.all(Array.from({ length: 12 }, () => signIn('{"name":"anna"}')));
    requests.check('The eleventh guess within a minute', guesses.at(-1));
  });

  test('everything on the page was tried', () => {
    requests.checkAllTried();
  });
});

suite('hostile uploads and addresses', () => {
  test('pictures that are something else, or too much', async (t) => {
    const { send, address, admin, app } = await attacked(t);
    const upload = (type: string, body: Buffer): Promise<number> =>
      send('POST', '/api/cameras/roof/references', type, body);
    uploads.check('A PNG that unpacks to 30 000 × 30 000', await upload('image/png', pngBomb(30_000)));
    uploads.check('A drawing that reads /etc/passwd', await upload('image/svg+xml', DRAWING_WITH_FILE));
    uploads.check('The same, called a JPEG', await upload('image/jpeg', DRAWING_WITH_FILE));
    uploads.check('A GIF that is a script too', await upload('image/gif', GIF_AND_SCRIPT));
    uploads.check('33 MB', await upload('image/jpeg', Buffer.alloc(33 * 1024 * 1024)));
    uploads.check('A JPEG that is a web page too', await upload('image/jpeg', await jpegAndPage()));
    const headers = { authorization: `Bearer ${admin}` };
    const preview = await fetch(`${address}/api/cameras/roof/references/r2/preview.jpg`, { headers });
    assert.equal(preview.headers.get('x-content-type-options'), 'nosniff');
    assert.doesNotMatch(Buffer.from(await preview.arrayBuffer()).toString('latin1'), /script/);
    assert.ok(app.server.listening);
  });

  test('photos that are never sent to their end take no more memory than a few', async (t) => {
    const { address, admin, raw, send } = await attacked(t);
    const { host } = new URL(address);
    const head =
      `POST /api/cameras/roof/references HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${admin}\r\n` +
      'Content-Type: image/jpeg\r\nContent-Length: 1000000\r\n\r\n';
    const held = Array.from({ length: 4 }, () => sayRaw(address, head));
    // As long as it has not seen all four, it takes a fifth.
    let fifth: number | undefined = 422;
    while (fifth === 422)
      fifth = await send('POST', '/api/cameras/roof/references', 'image/jpeg', Buffer.from('no photo'));
    uploads.check('A fifth photo while four are on their way', fifth);
    for (const { socket } of held) socket.destroy();
    while (fifth === 503)
      fifth = await send('POST', '/api/cameras/roof/references', 'image/jpeg', Buffer.from('no photo'));
    assert.equal(fifth, 422);
    assert.equal(await raw(get('/livez')), 200);
  });

  test('a large photo is decoded beside the main thread, which goes on answering', async (t) => {
    const { send, address } = await attacked(t);
    const photo = await sharp({ create: { width: 8000, height: 6000, channels: 3, background: '#7799bb' } })
      .jpeg()
      .toBuffer();
    const upload = { done: false };
    const uploaded = send('POST', '/api/cameras/roof/references', 'image/jpeg', photo).finally(
      () => (upload.done = true),
    );
    let answered = 0;
    while (!upload.done) {
      assert.equal((await fetch(`${address}/livez`)).status, 200);
      answered += 1;
    }
    assert.equal(await uploaded, 201);
    // Were it decoded on the main thread, one request would have waited for all of it.
    assert.ok(answered >= 5, `${answered} answers while a photo was decoded`);
  });

  test('addresses of cameras that would be options, files or this machine', async (t) => {
    const { send, opened } = await attacked(t);
    const add = (input: string): Promise<number> =>
      send('POST', '/api/cameras', 'application/json', JSON.stringify({ input }));
    for (const input of ['-i', '-f lavfi -i color', '--help', ' -i x', '-vf=movie=/etc/passwd'])
      uploads.check('An ffmpeg option for a camera', await add(input));
    for (const input of [
      'file:///etc/passwd',
      '/etc/passwd',
      'concat:/etc/passwd|/etc/shadow',
      'subfile,,start,0,end,9,,:/etc/passwd',
      'data:text/plain,x',
      'pipe:0',
      'fd:3',
      'unix:/run/x',
      'crypto:file:/x',
      'tee:a',
      'lavfi:color',
    ])
      uploads.check('A file, a pipe or another protocol of ffmpeg', await add(input));
    for (const input of [
      'rtsp://127.0.0.1/x',
      'rtsp://[::1]/x',
      'rtsp://[::ffff:127.0.0.1]/x',
      'rtsp://localhost/x',
      'rtsp://169.254.169.254/x',
      'rtsp://0.0.0.0/x',
      'http://127.0.0.1:1/x',
    ])
      uploads.check('This machine, by any of its names; cloud metadata', await add(input));
    for (const input of [
      'srt://10.0.0.9:9?mode=listener',
      'udp://10.0.0.9:9?localaddr=0.0.0.0',
      'rtsp://10.0.0.9/x\n-y',
      'rtsp://10.0.0.9/\u0000',
    ])
      uploads.check('Options within an address', await add(input));
    assert.deepEqual(opened, []);
  });

  test('everything on the page was tried', () => {
    uploads.checkAllTried();
  });
});

async function expired(t: TestContext): Promise<number> {
  const now = Date.parse('2026-03-01T00:00:00.000Z');
  const { app, credentials, entries, tokens } = await guardedServer(t, { now: () => now });
  const expires = new Date(now - 1).toISOString();
  credentials.replace({ ...entries, tokens: entries.tokens.map((token) => ({ ...token, expires })) });
  const headers = { host: 'localhost', authorization: `Bearer ${tokens.admin}` };
  return (await app.inject({ url: '/api/cameras', headers })).statusCode;
}
