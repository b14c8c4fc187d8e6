import assert from 'node:assert/strict';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import type { Notice } from '../src/core/notices.js';
import { ServiceManager } from '../src/service-manager.js';
import { temporaryFolder } from './fakes/temporary-folder.js';

/** Puts a `systemd-notify` before all others that writes what it is told to a file. */
async function standIn(t: TestContext, program = 'echo "$@" >> "$0.log"'): Promise<() => Promise<string[]>> {
  const folder = await temporaryFolder(t);
  const path = join(folder, 'systemd-notify');
  await writeFile(path, `#!/bin/sh\n${program}\n`);
  await chmod(path, 0o755);
  const before = process.env['PATH'];
  process.env['PATH'] = `${folder}:${before ?? ''}`;
  t.after(() => {
    process.env['PATH'] = before;
  });
  return async () => (await readFile(`${path}.log`, 'utf8').catch(() => '')).split('\n').slice(0, -1);
}

const unexpected = ({ message }: Notice): void => {
  throw new Error(message);
};

suite('service manager', { skip: process.platform === 'win32' }, () => {
  test('where no systemd asks, nothing is run', async (t) => {
    const told = await standIn(t);
    const manager = new ServiceManager({ WATCHDOG_USEC: '1000' }, unexpected);
    await manager.ready('one');
    await manager.stopping();
    assert.deepEqual(await told(), []);
  });

  test('messages go out in their order', async (t) => {
    const told = await standIn(t);
    const manager = new ServiceManager({ NOTIFY_SOCKET: '/run/notify' }, unexpected);
    await Promise.all([manager.ready('all well'), manager.reloading(), manager.stopping()]);
    const [ready, reloading, stopping, ...more] = await told();
    assert.equal(ready, 'READY=1 STATUS=all well');
    assert.match(reloading ?? '', /^RELOADING=1 MONOTONIC_USEC=\d+$/);
    assert.deepEqual([stopping, more], ['STOPPING=1', []]);
  });

  test('a watchdog meant for another process is left to it', async (t) => {
    const told = await standIn(t);
    const environment = { NOTIFY_SOCKET: '/run/notify', WATCHDOG_USEC: '2000', WATCHDOG_PID: '1' };
    const manager = new ServiceManager(environment, unexpected);
    for (let message = 0; message < 5; message += 1) await manager.ready('again');
    assert.ok((await told()).every((line) => line.startsWith('READY')));
    await manager.stopping();
  });

  test('a failure is told once, and is no failure of the service', async (t) => {
    await standIn(t, 'exit 1');
    const notices: Notice[] = [];
    const manager = new ServiceManager({ NOTIFY_SOCKET: '/run/notify' }, (notice) => notices.push(notice));
    await manager.ready('one');
    await manager.stopping();
    assert.deepEqual(
      notices.map(({ kind }) => kind),
      ['service'],
    );
  });
});
