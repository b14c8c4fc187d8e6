import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { packageRoot } from '../../src/core/package-root.js';

const folder = mkdtempSync(join(tmpdir(), 'daylit-long-'));

after(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a job in a process of its own and gives its frames and peak memory in kilobytes. */
function job(frames: number): { readonly frames: number; readonly peak: number } {
  const program = join(folder, 'job.mjs');
  writeFileSync(
    program,
    `import { colorize } from ${JSON.stringify(join(packageRoot(), 'dist', 'index.js'))};
     const { frames } = await colorize({
       input: ['synthetic:street?size=96x64&frames=' + process.argv[2]],
       references: ['synthetic:street'], outputs: ['out.mkv'], overwrite: true, preset: 'ultrafast',
     });
     console.log(JSON.stringify({ frames, peak: process.resourceUsage().maxRSS }));`,
  );
  const env = { ...process.env, XDG_CACHE_HOME: join(folder, 'cache') };
  return JSON.parse(
    execFileSync(process.execPath, [program, String(frames)], { cwd: folder, encoding: 'utf8', env }),
  ) as {
    frames: number;
    peak: number;
  };
}

suite('a long job', () => {
  test('10,000 frames in, 10,000 out, with no more memory than 1,000 take', (t) => {
    const short = job(1000);
    const long = job(10_000);
    t.diagnostic(`peak memory: ${short.peak} kB for 1,000 frames, ${long.peak} kB for 10,000`);
    assert.deepEqual([short.frames, long.frames], [1000, 10_000]);
    assert.ok(long.peak <= 1.1 * short.peak, `${long.peak} kB against ${short.peak} kB`);
  });
});
