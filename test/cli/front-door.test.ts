import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { promisify } from 'node:util';
import { daylit, MAIN } from '../fakes/command-line.js';
import { temporaryFolder } from '../fakes/temporary-folder.js';

const COMMANDS = [
  'colorize',
  'stream',
  'run',
  'serve',
  'config check',
  'config schema',
  'probe',
  'doctor',
  'reference encode',
  'demo',
];

suite('the front door', { concurrency: 2 }, () => {
  test('without a command, help is shown and the status says that nothing was done', async (context) => {
    const { status, stderr } = await daylit([], { cwd: await temporaryFolder(context) });
    assert.equal(status, 2);
    for (const command of COMMANDS) assert.match(stderr, new RegExp(`^  ${command.split(' ')[0] ?? ''} `, 'm'));
    assert.doesNotMatch(stderr, /^error/m);
  });

  for (const command of COMMANDS) {
    test(`${command} --help has an example`, async (context) => {
      const { status, stdout } = await daylit([...command.split(' '), '--help'], {
        cwd: await temporaryFolder(context),
      });
      assert.equal(status, 0);
      assert.match(stdout.toString(), new RegExp(`^  \\$ daylit ${command}`, 'm'));
    });
  }

  test('a misspelt command is told in one line, with the likely one', async (context) => {
    const { status, stderr } = await daylit(['colorise', 'a.mp4'], { cwd: await temporaryFolder(context) });
    assert.equal(status, 2);
    assert.match(stderr, /^error OPTION_UNKNOWN: .*colorise.*Did you mean colorize/);
  });

  test('completion scripts are printed, and options are completed', async (context) => {
    const cwd = await temporaryFolder(context);
    for (const shell of ['bash', 'zsh', 'fish', 'powershell']) {
      const { status, stdout } = await daylit(['completion', shell], { cwd });
      assert.equal(status, 0);
      assert.match(stdout.toString(), /daylit/);
    }
    const { stdout } = await daylit(['complete', '--', 'colorize', '--side'], { cwd });
    assert.match(stdout.toString(), /^--side-by-side/m);
  });

  test('a reader of the events that leaves early does not end the job', async (context) => {
    const cwd = await temporaryFolder(context);
    const job = `"${process.execPath}" "${MAIN}" colorize 'synthetic:street?size=96x64&frames=5' --palette lava -o out.mkv --json`;
    const { stdout, stderr } = await promisify(execFile)('sh', ['-c', `${job} | head -n 1`], { cwd });
    assert.equal(stdout.split('\n').length, 2);
    assert.equal(stderr, '');
    assert.ok(existsSync(join(cwd, 'out.mkv')));
  });
});
