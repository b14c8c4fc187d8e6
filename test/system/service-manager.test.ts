import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test, type TestContext } from 'node:test';
import { packageRoot } from '../../src/core/package-root.js';
import { MAIN } from '../fakes/command-line.js';
import { temporaryFolder } from '../fakes/temporary-folder.js';

const NEEDS = 'python3 and systemd-notify are needed: apt-get install python3 systemd';

/** A real datagram socket; `next` resolves with the next message that fits. */
async function notifySocket(t: TestContext, path: string): Promise<{ next: (wanted: RegExp) => Promise<string> }> {
  const program = join(packageRoot(), 'test', 'fakes', 'notify-socket.py');
  const listener = spawn('python3', [program, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => listener.kill('SIGKILL'));
  const lines = createInterface(listener.stdout);
  const first = await Promise.race([once(lines, 'line'), once(lines, 'close')]);
  assert.deepEqual(first, ['ready'], NEEDS);
  const seen: string[] = [];
  let look = (): void => undefined;
  lines.on('line', (line) => {
    seen.push(line);
    look();
  });
  const next = (wanted: RegExp): Promise<string> =>
    new Promise((resolve) => {
      look = () => {
        const at = seen.findIndex((line) => wanted.test(line));
        if (at < 0) return;
        const [line = ''] = seen.splice(0, at + 1).slice(-1);
        look = () => undefined;
        resolve(line);
      };
      look();
    });
  return { next };
}

test('systemd is told that the cameras run, that they are alive, of a reload and of the end', async (t) => {
  const cwd = await temporaryFolder(t);
  const path = join(cwd, 'notify');
  const socket = await notifySocket(t, path);
  const scene = 'synthetic:street?size=96x64&fps=5&frames=endless';
  await writeFile(join(cwd, 'cameras.yml'), `cameras:\n  a: { input: '${scene}', palette: lava, outputs: [a.ts] }\n`);
  const child = spawn(process.execPath, [MAIN, 'run', 'cameras.yml', '--quiet'], {
    cwd,
    env: { ...process.env, NOTIFY_SOCKET: path, WATCHDOG_USEC: '400000', WATCHDOG_PID: undefined },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  assert.equal(await socket.next(/READY/), 'READY=1 STATUS=1 cameras run, 0 could not begin');
  assert.equal(await socket.next(/WATCHDOG/), 'WATCHDOG=1');
  assert.equal(await socket.next(/WATCHDOG/), 'WATCHDOG=1');
  child.kill('SIGHUP');
  assert.match(await socket.next(/RELOADING/), /^RELOADING=1 MONOTONIC_USEC=\d+$/);
  await socket.next(/READY=1/);
  child.kill('SIGTERM');
  await socket.next(/STOPPING=1/);
  const [status] = (await once(child, 'close')) as [number | null];
  assert.equal(status, 0);
});
