import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { daylit } from '../fakes/command-line.js';
import { temporaryFolder } from '../fakes/temporary-folder.js';

const COMMANDS = ['colorize', 'probe', 'doctor', 'reference encode', 'demo'];

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
});
