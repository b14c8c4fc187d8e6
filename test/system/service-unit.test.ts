import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { packageRoot } from '../../src/core/package-root.js';
import { temporaryFolder } from '../fakes/temporary-folder.js';

test('systemd takes the unit, and thinks it well shut', async (t) => {
  const unit = await readFile(join(packageRoot(), 'deploy', 'daylit.service'), 'utf8');
  const path = join(await temporaryFolder(t), 'daylit.service');
  // A program that is there, since daylit is not installed here.
  await writeFile(path, unit.replace('/usr/local/bin/daylit', '/bin/true'));
  const run = promisify(execFile);
  const { stderr } = await run('systemd-analyze', ['verify', '--man=no', path]);
  assert.equal(
    stderr
      .split('\n')
      .filter((line) => line.includes('daylit.service'))
      .join('\n'),
    '',
  );
  // From 0 (shut) to 10 (open); the threshold is in tenths.
  await run('systemd-analyze', ['security', '--offline=true', '--threshold=25', path]);
});
