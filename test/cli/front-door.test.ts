import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { promisify } from 'node:util';
import { daylit, MAIN } from '../fakes/command-line.js';
import { temporaryFolder } from '../fakes/temporary-folder.js';

/** The names below "Commands:" of a help text. */
function commandsOf(help: string): string[] {
  const [, list = ''] = help.split(/^Commands:$/m);
  const names = [...list.matchAll(/^ {2}([a-z]+)(?= |$)/gm)].map(([, name = '']) => name);
  return names.filter((name) => name !== 'help' && name !== 'complete');
}

suite('the front door', { concurrency: 2 }, () => {
  test('without a command, help is shown and the status says that nothing was done', async (context) => {
    const { status, stderr } = await daylit([], { cwd: await temporaryFolder(context) });
    assert.equal(status, 2);
    for (const command of ['colorize', 'serve', 'fleet']) assert.ok(commandsOf(stderr).includes(command), command);
    assert.doesNotMatch(stderr, /^error/m);
  });

  test('--help has an example of every command, and of those below it', async (context) => {
    const cwd = await temporaryFolder(context);
    const seen: string[] = [];
    const look = async (command: readonly string[]): Promise<void> => {
      const { status, stdout } = await daylit([...command, '--help'], { cwd });
      const help = stdout.toString();
      assert.equal(status, 0);
      assert.match(help, new RegExp(`^  \\$ .*${['daylit', ...command].join(' ')}`, 'm'));
      seen.push(command.join(' '));
      for (const name of commandsOf(help)) await look([...command, name]);
    };
    await look([]);
    for (const command of ['token revoke', 'fleet status', 'completion', 'evaluate']) assert.ok(seen.includes(command));
  });

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
