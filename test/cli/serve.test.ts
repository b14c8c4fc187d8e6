import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { daylit, MAIN } from '../fakes/command-line.js';
import { temporaryFolder } from '../fakes/temporary-folder.js';

const scene = 'synthetic:street?size=96x64&fps=10&frames=endless';

suite('daylit serve', { concurrency: 2 }, () => {
  test('serves pictures until it is told to stop, and ends well', async (context) => {
    const cwd = await temporaryFolder(context);
    const args = ['serve', scene, scene, '--palette', 'ironbow', '--port', '0', '--json'];
    const child = spawn(process.execPath, [MAIN, ...args], { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
    const address = await new Promise<string>((resolve) => {
      let text = '';
      child.stdout.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        const [, found] = /"address":"(http:[^"]+)"/.exec(text) ?? [];
        if (found !== undefined) resolve(found);
      });
    });
    const { cameras } = (await (await fetch(`${address}/api/cameras`)).json()) as { cameras: { id: string }[] };
    assert.deepEqual(
      cameras.map(({ id }) => id),
      ['street', 'street-2'],
    );
    const stream = await fetch(`${address}/stream.mjpeg?camera=street-2`);
    const first = await stream.body?.getReader().read();
    assert.match(Buffer.from((first?.value as Uint8Array | undefined) ?? []).toString('latin1'), /^--daylit-picture/);
    child.kill('SIGTERM');
    const [status] = (await once(child, 'close')) as [number | null];
    assert.equal(status, 0);
  });

  const refused = async (cwd: string, ...flags: string[]): Promise<string> => {
    const { status, stderr } = await daylit(['serve', scene, '--palette', 'ironbow', ...flags], { cwd });
    assert.equal(status, 2, stderr);
    return stderr;
  };

  test('other machines are let in only when that is said', async (context) => {
    const cwd = await temporaryFolder(context);
    assert.match(await refused(cwd, '--host', '0.0.0.0'), /^error SERVER_OPEN: .*--host 0\.0\.0\.0 with no user/m);
    assert.match(await refused(cwd, '--tls', 'cert.pem'), /^error OPTION_INVALID: .*--tls: takes two files/m);
    assert.match(await refused(cwd, '--trust-proxy', 'proxy.example'), /^error OPTION_INVALID: .*--trust-proxy/m);
    assert.match(await refused(cwd, '--auth', 'nobody.json'), /^error AUTH_FILE_INVALID: /m);
    assert.match(await refused(cwd, '--port', '70000'), /^error OPTION_INVALID: .*--port/m);
  });

  test('what the server refuses is told before any camera is opened', async (context) => {
    const cwd = await temporaryFolder(context);
    const file =
      'server: { host: 0.0.0.0 }\ncameras:\n  roof: { input: no-such.mp4, realtime: true, palette: ironbow }\n';
    await writeFile(join(cwd, 'cameras.yml'), file);
    for (const args of [['cameras.yml'], ['no-such.mp4', '--realtime', '--palette', 'lava', '--host', '0.0.0.0']]) {
      const { status, stderr } = await daylit(['serve', ...args], { cwd });
      assert.equal(status, 2, stderr);
      assert.match(stderr, /^error SERVER_OPEN: /m);
    }
  });

  test('a flag of several words is refused by its name on the command line', async (context) => {
    assert.match(
      await refused(await temporaryFolder(context), '--camera-hosts', ''),
      /^error OPTION_INVALID: .*--camera-hosts: /m,
    );
  });

  test('a port that is taken is told', async (context) => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    context.after(() => other.close());
    const { port } = other.address() as AddressInfo;
    const stderr = await refused(await temporaryFolder(context), '--port', String(port));
    assert.match(stderr, /^error PORT_UNAVAILABLE: .*EADDRINUSE/m);
  });
});
