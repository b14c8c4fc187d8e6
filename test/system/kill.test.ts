import assert from 'node:assert/strict';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readdirSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { MAIN } from '../fakes/command-line.js';
import { comesTrue, runningWith } from '../fakes/ffmpeg-processes.js';

const root = mkdtempSync(join(tmpdir(), 'daylit-kill-'));

after(() => {
  rmSync(root, { recursive: true, force: true });
});

function start(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [MAIN, 'colorize', ...args, '--palette', 'ironbow'], { cwd: root, stdio: 'ignore' });
}

async function killHard(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

suite('kill -9 in mid-job', () => {
  test('writing a file: no ffmpeg is left, and no file under the output’s name', async () => {
    const folder = mkdtempSync(join(root, 'file-'));
    const child = start(['synthetic:street?size=160x128&frames=1000000', '-o', join(folder, 'out.mp4')]);
    assert.ok(
      await comesTrue(() => runningWith(folder).some((line) => line.includes('ffmpeg')), 30_000),
      'no encoder was started',
    );
    assert.ok(await comesTrue(() => readdirSync(folder).length > 0, 30_000), 'nothing was begun');
    await killHard(child);
    assert.ok(await comesTrue(() => runningWith(folder).length === 0, 2000), runningWith(folder).join('\n'));
    assert.ok(!readdirSync(folder).includes('out.mp4'));
  });

  test('waiting for a stalled input: no ffmpeg is left', async () => {
    const folder = mkdtempSync(join(root, 'stalled-'));
    const fifo = join(folder, 'camera.ts');
    execFileSync('mkfifo', [fifo]);
    // Held open for reading too, so that opening it does not wait and ffmpeg never sees its end.
    const camera = openSync(fifo, 'r+');
    const child = start([fifo, '-o', join(folder, 'out.mp4')]);
    assert.ok(
      await comesTrue(() => runningWith(folder).some((line) => line.includes('ffmpeg')), 30_000),
      'no decoder was started',
    );
    await killHard(child);
    assert.ok(await comesTrue(() => runningWith(folder).length === 0, 2000), runningWith(folder).join('\n'));
    assert.ok(!readdirSync(folder).includes('out.mp4'));
    closeSync(camera);
  });
});
