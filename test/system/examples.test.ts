import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite, test } from 'node:test';
import { packetTimes } from '../fakes/inspect-video.js';
import { temporaryFolder } from '../fakes/temporary-folder.js';

const EXAMPLES = fileURLToPath(new URL('../../examples/', import.meta.url));

function run(name: string, cwd: string, ...args: string[]): string {
  const env = { ...process.env, XDG_CACHE_HOME: join(cwd, '.cache') };
  return execFileSync(process.execPath, [join(EXAMPLES, name), ...args], { cwd, encoding: 'utf8', env, stdio: 'pipe' });
}

suite('the examples', () => {
  test('are all run here', () => {
    const programs = readdirSync(EXAMPLES).filter((name) => name.endsWith('.js'));
    // frames-client and own-page in clients.test.ts.
    assert.deepEqual(programs.sort(), [
      ...['custom-sink.js', 'frames-client.js', 'one-file.js', 'own-frames.js', 'own-page.js'],
    ]);
  });

  test('one file', async (context) => {
    const folder = await temporaryFolder(context);
    assert.match(run('one-file.js', folder), /^50 frames in .* → colour\.mp4\n$/);
    assert.equal((await packetTimes(join(folder, 'colour.mp4'))).pts.length, 50);
  });

  test('frames from one’s own code', async (context) => {
    const folder = await temporaryFolder(context);
    run('own-frames.js', folder, 'disc.mkv');
    assert.equal((await packetTimes(join(folder, 'disc.mkv'))).pts.length, 50);
  });

  test('a sink of one’s own', async (context) => {
    const lines = run('custom-sink.js', await temporaryFolder(context))
      .trim()
      .split('\n');
    assert.equal(lines.length, 25);
    assert.match(lines[24] ?? '', /^0\.96 s {2}rgb\(\d+, \d+, \d+\)$/);
  });
});
