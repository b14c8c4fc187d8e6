import assert from 'node:assert/strict';
import { once } from 'node:events';
import { copyFile, writeFile } from 'node:fs/promises';
import { request as plainRequest, type IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { join } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { TLSSocket } from 'node:tls';
import { serverSchema, type ServerInput } from '../../src/config.js';
import { DaylitError, type ErrorCode } from '../../src/core/errors.js';
import type { Notice } from '../../src/core/notices.js';
import { packageRoot } from '../../src/core/package-root.js';
import { changeAuthFile } from '../../src/server/auth-file.js';
import { newToken } from '../../src/server/auth-secrets.js';
import { readEntrance } from '../../src/server/entrance.js';
import { openServer, type OpenServer } from '../../src/server/open-server.js';
import { readTls } from '../../src/server/tls.js';
import { CREATED } from '../fakes/guarded-server.js';
import { ServedCamera } from '../fakes/served-camera.js';
import { temporaryFolder } from '../fakes/temporary-folder.js';

const pem = (name: 'one' | 'two', what: 'cert' | 'key'): string =>
  join(packageRoot(), 'test', 'fixtures', 'tls', `${name}.${what}.pem`);

const fails =
  (code: ErrorCode, message = /./) =>
  (thrown: unknown) =>
    thrown instanceof DaylitError && thrown.code === code && message.test(thrown.message);

/** Asks over TLS, on a connection of its own; the status, and for whom the certificate is. */
async function ask(
  address: string,
  path = '/livez',
  headers: Record<string, string> = {},
): Promise<{ status: number | undefined; subject: string }> {
  const asked = request(address + path, { rejectUnauthorized: false, agent: false, headers }).end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const { socket } = response;
  assert.ok(socket instanceof TLSSocket);
  const { subject } = socket.getPeerCertificate();
  response.resume();
  await once(response, 'end');
  return { status: response.statusCode, subject: String(subject.CN) };
}

interface SetUp {
  readonly cert: string;
  readonly key: string;
  readonly auth: string;
  readonly token: string;
  readonly notices: readonly Notice[];
  readonly told: () => Promise<void>;
  readonly open: (input: ServerInput) => Promise<OpenServer>;
}

/** Files of a server's own, and a token in them. */
async function setUp(t: TestContext): Promise<SetUp> {
  const servers: OpenServer[] = [];
  t.after(() => Promise.all(servers.map((server) => server.close())));
  const folder = await temporaryFolder(t);
  const [cert, key, auth] = ['cert.pem', 'key.pem', 'auth.json'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  await copyFile(pem('one', 'cert'), cert);
  await copyFile(pem('one', 'key'), key);
  const { id, token, sha256 } = newToken();
  await changeAuthFile(auth, (entries) => ({
    ...entries,
    tokens: [{ id, sha256, name: 'program', role: 'view', created: CREATED }],
  }));
  const notices: Notice[] = [];
  const waiting: (() => void)[] = [];
  const notify = (notice: Notice): void => {
    notices.push(notice);
    for (const tell of waiting.splice(0)) tell();
  };
  const open = async (input: ServerInput): Promise<OpenServer> => {
    const options = serverSchema.parse({ port: 0, ...input });
    const server = await openServer([new ServedCamera('roof')], await readEntrance(options), { notify });
    servers.push(server);
    return server;
  };
  const told = (): Promise<void> =>
    new Promise((resolve) => {
      waiting.push(resolve);
    });
  return { cert, key, auth, token, notices, told, open };
}

suite('certificates', () => {
  test('names and end of a certificate are read; wildcards are not taken for names', async () => {
    const { names, validTo } = await readTls({ cert: pem('one', 'cert'), key: pem('one', 'key') });
    assert.deepEqual(names, ['tower.example']);
    assert.ok(validTo.getTime() > Date.parse('2100-01-01'));
  });

  test('what is missing, no PEM, or not a pair is refused', async () => {
    const cert = pem('one', 'cert');
    await assert.rejects(readTls({ cert, key: pem('two', 'key') }), fails('TLS_INVALID', /is not the key of/));
    await assert.rejects(readTls({ cert, key: cert }), fails('TLS_INVALID', /no PEM/));
    await assert.rejects(readTls({ cert: pem('one', 'key'), key: cert }), fails('TLS_INVALID', /no PEM/));
    await assert.rejects(readTls({ cert: '/nowhere.pem', key: cert }), fails('TLS_INVALID', /ENOENT/));
  });
});

suite('a server with TLS', () => {
  test('answers over TLS alone, under the names of its certificate, with cookies for TLS alone', async (t) => {
    const { cert, key, auth, token, open } = await setUp(t);
    const { address } = await open({ tls: { cert, key }, auth });
    assert.match(address, /^https:/);
    const headers = { authorization: `Bearer ${token}` };
    assert.deepEqual(await ask(address, '/api/cameras', headers), { status: 200, subject: 'daylit test one' });
    assert.equal((await ask(address, '/api/cameras')).status, 401);
    assert.equal((await ask(address, '/livez', { host: 'tower.example' })).status, 200);
    assert.equal((await ask(address, '/livez', { host: 'x.wild.example' })).status, 403);
    const plain = plainRequest(address.replace('https', 'http')).end();
    await assert.rejects(once(plain, 'response'));
  });

  test('takes a renewed certificate over from its files; open connections and the old one survive a bad one', async (t) => {
    const { cert, key, auth, notices, told, open } = await setUp(t);
    const server = await open({ tls: { cert, key }, auth });
    const { address } = server;
    assert.equal((await ask(address)).subject, 'daylit test one');
    const complaint = told();
    await writeFile(cert, 'half a certif');
    await complaint;
    assert.deepEqual([notices[0]?.kind, notices[0]?.data?.code], ['server', 'TLS_INVALID']);
    assert.equal((await ask(address)).subject, 'daylit test one');
    await copyFile(pem('two', 'cert'), cert);
    await copyFile(pem('two', 'key'), key);
    await server.reload();
    assert.equal((await ask(address)).subject, 'daylit test two');
  });

  test('takes new tokens over from their file, and lets go of those that are gone', async (t) => {
    const { cert, key, auth, token, open } = await setUp(t);
    const server = await open({ tls: { cert, key }, auth });
    const { address } = server;
    const headers = { authorization: `Bearer ${token}` };
    assert.equal((await ask(address, '/api/cameras', headers)).status, 200);
    await changeAuthFile(auth, (entries) => ({ ...entries, tokens: [] }));
    await server.reload();
    assert.equal((await ask(address, '/api/cameras', headers)).status, 401);
  });
});

suite('beyond this machine', () => {
  test('a server opens only with users or tokens and with TLS, unless both are waived', async (t) => {
    const { cert, key, auth, open } = await setUp(t);
    const tls = { cert, key };
    const host = '0.0.0.0';
    await assert.rejects(open({ host, tls }), fails('SERVER_OPEN', /with no user or token$/));
    await assert.rejects(open({ host, auth }), fails('SERVER_OPEN', /with no TLS$/));
    await assert.rejects(open({ host: '::' }), fails('SERVER_OPEN', /no user or token and no TLS$/));
    await assert.rejects(open({ host: '127.0.0.1', auth: `${auth}.none` }), fails('AUTH_FILE_INVALID'));
    await changeAuthFile(`${auth}.empty`, (entries) => entries);
    await assert.rejects(open({ host, tls, auth: `${auth}.empty` }), fails('SERVER_OPEN'));
    for (const input of [{ host, tls, auth }, { host, insecure: true }, { host: '127.0.0.1' }, { host: 'localhost' }]) {
      assert.match((await open(input)).address, /^https?:/);
    }
  });

  test('users and tokens are asked for wherever there are some, --insecure or not', async (t) => {
    const { auth, open } = await setUp(t);
    for (const insecure of [false, true]) {
      const { address } = await open({ auth, insecure });
      assert.equal((await fetch(`${address}/api/cameras`)).status, 401);
    }
  });
});
