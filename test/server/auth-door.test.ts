import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { suite, test } from 'node:test';
import { fastify, type InjectOptions } from 'fastify';
import { WebSocket } from 'ws';
import { permits, ROLES, type Access } from '../../src/server/auth-access.js';
import { addDoor, Door } from '../../src/server/auth-door.js';
import { createServer } from '../../src/server/create-server.js';
import { guardedServer, PASSWORD } from '../fakes/guarded-server.js';
import { ServedCamera } from '../fakes/served-camera.js';

const host = { host: 'localhost' };
const bearer = (token: string): Record<string, string> => ({ ...host, authorization: `Bearer ${token}` });

/** An address of this route that names something that may be there. */
const addressOf = (url: string): string => url.replace(':id', 'roof').replace(/:\w+/g, 'x').replace('*', 'x');

/** What nobody needs credentials for; anything else in this list would be a hole. */
const PUBLIC = [
  'GET /livez',
  'GET /login',
  'GET /readyz',
  'GET /server/viewer/login.css',
  'GET /server/viewer/login.js',
  'GET /server/viewer/mark.svg',
  'GET /server/viewer/page.css',
  'POST /api/sign-in',
  'POST /api/sign-out',
];

suite('the door', () => {
  test('without credentials no route answers but the public ones, whatever its method', async (t) => {
    const { app } = await guardedServer(t);
    await app.ready();
    assert.ok(app.doors.length > 40);
    const open = app.doors.filter(({ access, method }) => access === 'public' && method !== 'HEAD');
    assert.deepEqual(open.map(({ method, url }) => `${method} ${url}`).sort(), PUBLIC);
    for (const { method, url, access } of app.doors.filter((route) => route.access !== 'public')) {
      const answer = await app.inject({ method: method as 'GET', url: addressOf(url), headers: host });
      assert.equal(answer.statusCode, 401, `${method} ${url} asks for ${access}`);
      assert.equal(answer.headers['www-authenticate'], 'Bearer realm="daylit"');
      assert.match(answer.payload, method === 'HEAD' ? /^$/ : /"code":"SIGN_IN_REQUIRED"/);
    }
  });

  test('a role too low is refused by every route, one that is high enough passes the door', async (t) => {
    const { app, tokens } = await guardedServer(t);
    await app.ready();
    for (const { method, url, access, tokenInQuery } of app.doors) {
      // Answers without an end are looked at below.
      if (access === 'public' || /stream|events|hls/.test(url)) continue;
      for (const role of ROLES) {
        const asked = { method: method as 'GET', url: addressOf(url), headers: bearer(tokens[role]) };
        const { statusCode, payload } = await app.inject(asked);
        const refused = statusCode === 403 && (method === 'HEAD' || payload.includes('"NOT_ALLOWED"'));
        assert.equal(refused, !permits(role, access), `${method} ${url} by ${role}: ${statusCode}`);
        assert.notEqual(statusCode, 401, `${method} ${url} by ${role}`);
      }
      const inQuery = `${addressOf(url)}?token=${tokens.admin}`;
      const { statusCode } = await app.inject({ method: method as 'GET', url: inQuery, headers: host });
      assert.equal(statusCode === 401, !tokenInQuery, `${method} ${url} with its token in the query: ${statusCode}`);
    }
  });

  test('no WebSocket opens without credentials, nor with a token in its address', async (t) => {
    const { app, tokens, open } = await guardedServer(t);
    const address = (await open()).replace('http', 'ws');
    assert.ok(app.upgrades.routes.length >= 2);
    const answered = async (path: string, headers: Record<string, string>): Promise<number | 'open'> => {
      const socket = new WebSocket(address + path, { headers });
      socket.on('error', () => undefined);
      const opened = once(socket, 'open').then(() => 'open' as const);
      const refused = once(socket, 'unexpected-response') as Promise<[unknown, IncomingMessage]>;
      const result = await Promise.race([opened, refused.then(([, { statusCode = 0 }]) => statusCode)]);
      socket.terminate();
      return result;
    };
    for (const { path, access } of app.upgrades.routes) {
      const asked = `${addressOf(path)}${path.endsWith('frames') ? '?format=jpeg' : ''}`;
      assert.notEqual(access, 'public');
      assert.equal(await answered(asked, {}), 401, path);
      assert.equal(await answered(`${asked}${asked.includes('?') ? '&' : '?'}token=${tokens.admin}`, {}), 401, path);
      assert.equal(await answered(asked, { authorization: `Bearer ${tokens.admin}` }), 'open', path);
    }
    assert.equal(await answered('/nothing', { authorization: `Bearer ${tokens.admin}` }), 404);
  });

  test('a route that does not say what it asks is refused when the server is made', () => {
    const app = fastify();
    addDoor(app, new Door([], undefined));
    assert.throws(() => app.get('/new', () => 'hello'), /GET \/new declares no access/);
  });

  test('without users and tokens everybody may do everything, and is told so', async (t) => {
    const app = await createServer({ cameras: [new ServedCamera('roof')], names: [] });
    t.after(() => app.close());
    const { json } = await app.inject({ url: '/api/me', headers: host });
    assert.deepEqual(json(), { name: 'anybody', role: 'admin', by: 'open' });
    const signIn = {
      method: 'POST',
      url: '/api/sign-in',
      headers: host,
      payload: { name: 'a', password: 'b' },
    } as const;
    assert.equal((await app.inject(signIn)).statusCode, 404);
  });
});

suite('tokens at the door', () => {
  test('wrong, short, foreign and malformed ones are all answered alike', async (t) => {
    const { app, tokens } = await guardedServer(t);
    const { view } = tokens;
    const cut = view.slice(0, -1);
    const other = `${cut}${view.endsWith('A') ? 'B' : 'A'}`;
    const headers = [
      cut,
      other,
      `${view}A`,
      view.toUpperCase(),
      'x',
      '',
      'daylit_00000000_'.padEnd(59, 'A'),
      'a'.repeat(9000),
    ];
    const answers = new Set<string>();
    for (const token of headers) {
      const { statusCode, payload } = await app.inject({ url: '/api/cameras', headers: bearer(token) });
      answers.add(`${statusCode} ${payload}`);
    }
    for (const authorization of ['Basic YW5uYTphbm5h', view, `Token ${view}`, `Bearer ${view} ${view}`]) {
      const { statusCode, payload } = await app.inject({ url: '/api/cameras', headers: { ...host, authorization } });
      answers.add(`${statusCode} ${payload}`);
    }
    assert.equal(answers.size, 1, [...answers].join('\n'));
    assert.match([...answers][0] ?? '', /^401 /);
    assert.equal((await app.inject({ url: '/api/cameras', headers: bearer(view) })).statusCode, 200);
  });

  test('an expired one is out to the millisecond', async (t) => {
    const expires = Date.parse('2026-03-01T00:00:00.000Z');
    let now = expires - 1;
    const { app, credentials, entries, tokens } = await guardedServer(t, { now: () => now });
    const ending = {
      ...entries,
      tokens: entries.tokens.map((token) => ({ ...token, expires: new Date(expires).toISOString() })),
    };
    credentials.replace(ending);
    const asked = { url: '/api/cameras', headers: bearer(tokens.view) };
    assert.equal((await app.inject(asked)).statusCode, 200);
    now = expires;
    assert.equal((await app.inject(asked)).statusCode, 401);
  });

  test('one that is taken back sends away who came by it: viewers, streams, events; others stay', async (t) => {
    const { camera, credentials, entries, tokens, open } = await guardedServer(t);
    const address = await open();
    await camera.show(1, 1);
    const sockets = [tokens.view, tokens.admin].map(
      (token) =>
        new WebSocket(`${address.replace('http', 'ws')}/api/cameras/roof/live`, {
          headers: { authorization: `Bearer ${token}` },
        }),
    );
    await Promise.all(sockets.map((socket) => once(socket, 'open')));
    const streams = await Promise.all(
      [`/stream.mjpeg?token=${tokens.view}`, '/api/events'].map(async (path) => {
        const headers = path === '/api/events' ? { authorization: `Bearer ${tokens.view}` } : {};
        const [response] = (await once(get(address + path, { headers }), 'response')) as [IncomingMessage];
        assert.equal(response.statusCode, 200);
        response.on('error', () => undefined).resume();
        return response;
      }),
    );
    const gone = streams.map((response) => new Promise((resolve) => response.on('close', resolve)));
    const [viewer, admin] = sockets;
    assert.ok(viewer !== undefined && admin !== undefined);
    const closed = once(viewer, 'close') as Promise<[number]>;
    credentials.replace({ ...entries, tokens: entries.tokens.filter(({ role }) => role !== 'view') });
    assert.deepEqual((await closed)[0], 1008);
    await Promise.all(gone);
    assert.equal(admin.readyState, WebSocket.OPEN);
    admin.terminate();
  });
});

suite('signing in', () => {
  const signIn = (name: string, password: string, more: Partial<InjectOptions> = {}): InjectOptions => ({
    ...{ method: 'POST', url: '/api/sign-in', payload: { name, password }, headers: host },
    ...more,
  });

  test('a name and its password open a session that scripts cannot read; signing out ends it', async (t) => {
    const { app } = await guardedServer(t);
    const answer = await app.inject(signIn('anna', PASSWORD));
    assert.equal(answer.statusCode, 204);
    const cookie = String(answer.headers['set-cookie']);
    assert.match(cookie, /^daylit=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/);
    const headers = { ...host, cookie: cookie.split(';')[0] ?? '' };
    const me = await app.inject({ url: '/api/me', headers });
    assert.deepEqual(me.json(), { name: 'anna', role: 'operate', by: 'session' });
    assert.equal((await app.inject({ method: 'POST', url: '/api/cameras/roof/retry', headers })).statusCode, 204);
    const foreign = { ...headers, origin: 'https://evil.example' };
    assert.equal(
      (await app.inject({ method: 'POST', url: '/api/cameras/roof/retry', headers: foreign })).statusCode,
      403,
    );
    const out = await app.inject({ method: 'POST', url: '/api/sign-out', headers });
    assert.match(String(out.headers['set-cookie']), /^daylit=; Max-Age=0;/);
    assert.equal((await app.inject({ url: '/api/me', headers })).statusCode, 401);
  });

  test('a wrong name and a wrong password are answered alike, and malformed ones coded', async (t) => {
    const { app } = await guardedServer(t);
    const wrong = await app.inject(signIn('anna', 'wrong'));
    const unknown = await app.inject(signIn('otto', PASSWORD));
    assert.deepEqual([wrong.statusCode, wrong.payload], [unknown.statusCode, unknown.payload]);
    assert.equal(wrong.statusCode, 401);
    assert.equal((await app.inject(signIn('anna', PASSWORD, { payload: { name: 'anna' } }))).statusCode, 400);
    assert.equal((await app.inject(signIn('anna', 'x'.repeat(2000)))).statusCode, 400);
  });

  test('guessing is slowed down for each address, and told when to try again', async (t) => {
    const { app } = await guardedServer(t);
    const from = (remoteAddress: string): InjectOptions => signIn('anna', 'guess', { remoteAddress, payload: {} });
    for (let attempt = 0; attempt < 10; attempt += 1)
      assert.equal((await app.inject(from('10.0.0.1'))).statusCode, 400);
    const refused = await app.inject({ ...from('10.0.0.1'), payload: { name: 'anna', password: PASSWORD } });
    assert.equal(refused.statusCode, 429);
    assert.match(refused.payload, /"TOO_MANY_ATTEMPTS"/);
    assert.match(String(refused.headers['retry-after']), /^\d+$/);
    assert.equal((await app.inject(from('10.0.0.2'))).statusCode, 400);
    // The word of nobody but a stated proxy is taken for the address.
    const forged = { ...from('10.0.0.1'), headers: { ...host, 'x-forwarded-for': '10.9.9.9' } };
    assert.equal((await app.inject(forged)).statusCode, 429);
  });

  test('behind a stated proxy the client is who it says, and cookies are for TLS if the client came by TLS', async (t) => {
    const { app } = await guardedServer(t, { proxies: ['10.0.0.0/8'] });
    const by = (client: string, remoteAddress = '10.0.0.1'): InjectOptions =>
      signIn('anna', 'x', { remoteAddress, payload: {}, headers: { ...host, 'x-forwarded-for': client } });
    for (let attempt = 0; attempt < 10; attempt += 1) await app.inject(by('192.0.2.1'));
    assert.equal((await app.inject(by('192.0.2.1'))).statusCode, 429);
    assert.equal((await app.inject(by('192.0.2.2'))).statusCode, 400);
    const secure = { ...host, 'x-forwarded-proto': 'https', 'x-forwarded-for': '192.0.2.3' };
    const answer = await app.inject(signIn('anna', PASSWORD, { remoteAddress: '10.0.0.1', headers: secure }));
    assert.match(
      String(answer.headers['set-cookie']),
      /^__Host-daylit=[\w-]{43}; .*; HttpOnly; Secure; SameSite=Strict$/,
    );
  });

  test('sessions end by themselves, with the user, and with another password', async (t) => {
    let now = Date.parse('2026-03-01T00:00:00.000Z');
    const { app, credentials, entries } = await guardedServer(t, { now: () => now });
    const open = async (): Promise<Record<string, string>> => {
      const { headers } = await app.inject(signIn('anna', PASSWORD));
      return { ...host, cookie: String(headers['set-cookie']).split(';')[0] ?? '' };
    };
    const status = async (headers: Record<string, string>): Promise<number> =>
      (await app.inject({ url: '/api/me', headers })).statusCode;
    const session = await open();
    assert.equal(await status(session), 200);
    credentials.replace({ ...entries, users: [] });
    assert.equal(await status(session), 401);
    const [anna] = entries.users;
    assert.ok(anna !== undefined);
    credentials.replace({ ...entries, users: [{ ...anna, password: anna.password.replace(/.$/, 'x') }] });
    assert.equal(await status(session), 401);
    credentials.replace(entries);
    now += 12 * 60 * 60 * 1000;
    assert.equal(await status(session), 401);
  });

  test('who opens the page without a session is led to where one is opened; programs get the plain answer', async (t) => {
    const { app } = await guardedServer(t);
    const visit = await app.inject({ url: '/', headers: { ...host, accept: 'text/html,*/*' } });
    assert.deepEqual([visit.statusCode, visit.headers.location], [303, '/login']);
    assert.equal((await app.inject({ url: '/', headers: host })).statusCode, 401);
    const page = await app.inject({ url: '/login', headers: host });
    assert.equal(page.statusCode, 200);
    for (const [, path = ''] of page.payload.matchAll(/(?:src|href)="(server\/[^"]+)"/g))
      assert.equal((await app.inject({ url: `/${path}`, headers: host })).statusCode, 200, path);
  });

  test('strangers learn whether it is ready, not which camera is not', async (t) => {
    const { app, camera, tokens } = await guardedServer(t);
    camera.state = 'stalled';
    const stranger = await app.inject({ url: '/readyz', headers: host });
    assert.deepEqual([stranger.statusCode, stranger.json()], [503, { status: 'unready' }]);
    assert.match((await app.inject({ url: '/readyz', headers: bearer(tokens.view) })).payload, /"id":"roof"/);
  });
});

test('each role may do what the ones before it may', () => {
  const accesses: readonly Access[] = ['public', ...ROLES];
  const table = ROLES.map((role) => accesses.filter((access) => permits(role, access)).length);
  assert.deepEqual(table, [2, 3, 4]);
});
