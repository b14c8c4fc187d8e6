import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { suite, test } from 'node:test';
import { daylit, MAIN } from '../fakes/command-line.js';
import { sayRaw, statusOf } from '../fakes/raw-http.js';
import { temporaryFolder } from '../fakes/temporary-folder.js';

suite('daylit serve under attack', () => {
  test('the process goes on, ends well, and has told no secret: of camera, user, token or session', async (t) => {
    const cwd = await temporaryFolder(t);
    const make = async (...args: string[]): Promise<string> =>
      (await daylit([...args, '--auth', 'auth.json'], { cwd })).stdout.toString().trim();
    const token = await make('token', 'create', '--name', 'program', '--role', 'admin');
    const password = await make('user', 'set', '--name', 'anna');
    // Nothing listens there: the camera is told of as away, over and over again.
    const camera = 'rtsp://me:camera-secret@127.0.0.1:1/thermal?token=camera-token';
    const args = [camera, '--palette', 'lava', '--port', '0', '--auth', 'auth.json', '--log-level', 'debug', '--json'];
    const child = spawn(process.execPath, [MAIN, 'serve', ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    t.after(() => child.kill('SIGKILL'));
    let said = '';
    const listening = new Promise<string>((resolve) => {
      child.stdout.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        const [, found] = /"address":"(http:[^"]+)"/.exec(said) ?? [];
        if (found !== undefined) resolve(found);
      });
    });
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const address = await listening;
    const { host } = new URL(address);
    const get = (path: string, headers = ''): string =>
      `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n${headers}\r\n`;
    const bearer = `Authorization: Bearer ${token}\r\n`;
    const cases: readonly (readonly [said: string, status: number])[] = [
      ['\x16\x03\x01garbage\r\n\r\n', 400],
      [get(`/api/cameras?token=${token}`), 401],
      [get(`/%zz?token=${token}`, bearer), 400],
      [get(`/nothing?token=${token}&password=${password}`, bearer), 404],
      [get('/api/sign-out', `${bearer}Origin: https://evil.example\r\n`).replace('GET', 'POST'), 403],
      [get(`/snapshot.jpg?token=${token}`), 503],
      [get('/api/cameras', bearer), 200],
      [get('/readyz', bearer), 503],
    ];
    for (const [request, status] of cases) {
      const answer = await sayRaw(address, request).over;
      assert.equal(statusOf(answer), status, `${request}\n${answer}`);
      said += answer;
    }
    const body = JSON.stringify({ name: 'anna', password });
    const signedIn = await fetch(`${address}/api/sign-in`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    });
    const [, session = ''] = /daylit=([\w-]{43})/.exec(signedIn.headers.get('set-cookie') ?? '') ?? [];
    assert.equal(session.length, 43);
    assert.equal((await fetch(`${address}/api/me`, { headers: { cookie: `daylit=${session}` } })).status, 200);
    const closed = once(child, 'close') as Promise<[number | null]>;
    child.kill('SIGTERM');
    assert.deepEqual((await closed)[0], 0, said);
    assert.match(said, /CONNECTION_REFUSED/);
    for (const secret of ['camera-secret', 'camera-token', password, token.slice(16), session])
      assert.ok(!said.includes(secret), 'a secret was told');
    assert.doesNotMatch(said, /node_modules|\.js:\d+/);
  });
});
