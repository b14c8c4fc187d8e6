import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { MAIN } from '../fakes/command-line.js';
import { ffmpegThatEncodes } from '../fakes/ffmpeg-wrapper.js';
import { packetTimes } from '../fakes/inspect-video.js';
import { temporaryFolder } from '../fakes/temporary-folder.js';

interface Interrupted {
  readonly status: number | null;
  readonly stderr: string;
}

/** Starts an endless job in `folder` and interrupts it `times` times once frames are written. */
async function interrupted(folder: string, times: number, ...more: string[]): Promise<Interrupted> {
  const args = [
    'colorize',
    'synthetic:street?size=160x128&frames=endless',
    '--palette',
    'ironbow',
    '-o',
    'out.mp4',
    '--json',
    ...more,
  ];
  const child = spawn(process.execPath, [MAIN, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  let sent = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    // Progress starts with the first frame; the notice that answers the first interrupt calls for the second.
    if (sent < times && /"progress"|"interrupted"/.test(chunk.toString())) {
      sent += 1;
      child.kill('SIGINT');
    }
  });
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, stderr };
}

suite('Ctrl-C', () => {
  test('once finishes the file with what was read', async (context) => {
    const folder = await temporaryFolder(context);
    const { status, stderr } = await interrupted(folder, 1);
    assert.equal(status, 130, stderr);
    const { pts } = await packetTimes(join(folder, 'out.mp4'));
    assert.ok(pts.length > 0);
    assert.deepEqual(readdirSync(folder), ['out.mp4']);
  });

  test('twice stops at once and leaves nothing', async (context) => {
    const folder = await temporaryFolder(context);
    const elsewhere = await temporaryFolder(context);
    // This encoder never ends by itself, so that the second interrupt finds the job still finishing.
    const ffmpeg = ffmpegThatEncodes(elsewhere, '"$FFMPEG" "$@"; exec sleep 1000');
    const { status, stderr } = await interrupted(folder, 2, '--ffmpeg', ffmpeg);
    assert.equal(status, 130, stderr);
    assert.deepEqual(readdirSync(folder), []);
  });
});
