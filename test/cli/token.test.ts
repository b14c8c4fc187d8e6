import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { suite, test } from 'node:test';
import { expiry } from '../../src/cli/token.js';
import { daylit, MAIN, type Ended } from '../fakes/command-line.js';
import { temporaryFolder } from '../fakes/temporary-folder.js';

const scene = 'synthetic:street?size=96x64&fps=10&frames=endless';

suite('daylit token and user', { concurrency: 2 }, () => {
  test('a token is shown once, listed without its secret, and taken back', async (t) => {
    const cwd = await temporaryFolder(t);
    const run = (...args: string[]): Promise<Ended> => daylit([...args, '--auth', 'auth.json'], { cwd });
    const made = await run('token', 'create', '--name', 'frigate', '--expires', '90d');
    assert.equal(made.status, 0, made.stderr);
    const token = made.stdout.toString().trim();
    assert.match(token, /^daylit_[0-9a-f]{8}_[\w-]{43}$/);
    assert.doesNotMatch(made.stderr, new RegExp(token));
    const listed = (await run('token', 'list')).stdout.toString();
    assert.match(listed, /^[0-9a-f]{8} frigate view until 20\d\d-/);
    assert.ok(!listed.includes(token.slice(16)));
    const twice = await run('token', 'create', '--name', 'frigate');
    assert.match(twice.stderr, /^error AUTH_FILE_INVALID: .*there is a token frigate/m);
    assert.equal((await run('token', 'revoke', 'frigate')).status, 0);
    assert.match((await run('token', 'revoke', 'frigate')).stderr, /there is no token frigate/);
    assert.equal((await run('token', 'list')).stdout.toString(), '');
  });

  test('a user gets a password that is made up; names and times that make no sense are refused', async (t) => {
    const cwd = await temporaryFolder(t);
    const run = (...args: string[]): Promise<Ended> => daylit([...args, '--auth', 'auth.json'], { cwd });
    const made = await run('user', 'set', '--name', 'anna', '--role', 'operate');
    const password = made.stdout.toString().trim();
    assert.match(password, /^(?:[a-z2-9]{5}-?){4}$/);
    assert.ok(!(await readFile(join(cwd, 'auth.json'), 'utf8')).includes(password));
    assert.equal((await run('user', 'list')).stdout.toString(), 'anna operate\n');
    assert.match((await run('user', 'set', '--name', 'a b')).stderr, /^error OPTION_INVALID: .*--name/m);
    assert.match(
      (await run('user', 'set', '--name', 'b', '--password-stdin')).stderr,
      /^error OPTION_INVALID: .*12 to 1024/m,
    );
    assert.match(
      (await run('token', 'create', '--name', 'b', '--expires', 'soon')).stderr,
      /^error OPTION_INVALID: .*--expires/m,
    );
    assert.match((await run('token', 'create', '--name', 'b', '--role', 'root')).stderr, /^error OPTION_INVALID: /m);
    assert.equal((await run('user', 'remove', 'anna')).status, 0);
    assert.equal((await run('user', 'list')).stdout.toString(), '');
  });

  test('a server takes tokens over while it runs, and its log is JSON that holds none', async (t) => {
    const cwd = await temporaryFolder(t);
    const run = (...args: string[]): Promise<Ended> => daylit([...args, '--auth', 'auth.json'], { cwd });
    const first = (await run('token', 'create', '--name', 'first')).stdout.toString().trim();
    const args = [
      'serve',
      scene,
      '--palette',
      'ironbow',
      '--port',
      '0',
      '--auth',
      'auth.json',
      '--json',
      '--log-level',
      'debug',
    ];
    const child = spawn(process.execPath, [MAIN, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    t.after(() => child.kill('SIGKILL'));
    let log = '';
    child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
    const events: string[] = [];
    const address = await new Promise<string>((resolve) => {
      createInterface(child.stdout).on('line', (line) => {
        events.push(line);
        const [, found] = /"address":"(http:[^"]+)"/.exec(line) ?? [];
        if (found !== undefined) resolve(found);
      });
    });
    const status = async (token: string, path = '/api/cameras'): Promise<number> =>
      (await fetch(address + path, { headers: { authorization: `Bearer ${token}` } })).status;
    assert.equal(await status(first), 200);
    assert.equal((await fetch(`${address}/snapshot.jpg?token=${first}x&${first}`)).status, 401);
    const second = (await run('token', 'create', '--name', 'second', '--role', 'operate')).stdout.toString().trim();
    while ((await status(second)) !== 200) child.kill('SIGHUP');
    assert.equal((await run('token', 'revoke', 'first')).status, 0);
    while ((await status(first)) !== 401) child.kill('SIGHUP');
    const closed = once(child, 'close') as Promise<[number | null]>;
    child.kill('SIGTERM');
    assert.deepEqual((await closed)[0], 0, log);
    for (const line of [...events, ...log.trim().split('\n')]) JSON.parse(line);
    assert.match(log, /"path":"\/snapshot\.jpg"/);
    for (const token of [first, second])
      assert.ok(!`${log}${events.join('')}`.includes(token.slice(16)), 'a token was told');
  });
});

test('how long a token holds', () => {
  const now = Date.parse('2026-01-01T00:00:00.000Z');
  const table = ['12h', '90d', '8w'].map((text) => expiry(text, now).toISOString());
  assert.deepEqual(table, ['2026-01-01T12:00:00.000Z', '2026-04-01T00:00:00.000Z', '2026-02-26T00:00:00.000Z']);
  for (const text of ['', '0d', '1', 'd', '1y', '-1d', '1.5d', '99999d'])
    assert.throws(() => expiry(text, now), { code: 'OPTION_INVALID' });
});
