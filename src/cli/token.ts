import type { Command } from 'commander';
import { DaylitError } from '../core/errors.js';
import { ROLES, type Role } from '../server/auth-access.js';
import { changeAuthFile, checkedName, defaultAuthFile, readAuthFile } from '../server/auth-file.js';
import { newToken } from '../server/auth-secrets.js';
import { failWith } from './failure.js';
import { choice } from './options.js';

const EXAMPLES = `
A token is shown once, on stdout, and kept as a hash. Programs send it as "Authorization: Bearer …"; readers that
cannot, such as <img>, as ?token=…. A running server takes changes over by itself.

Examples:
  $ daylit token create --role view --name frigate
  $ daylit token create --role operate --name gate-script --expires 90d
  $ daylit token list
  $ daylit token revoke frigate
`;

const DAY_MS = 24 * 60 * 60 * 1000;
const UNITS: Readonly<Record<string, number>> = { h: DAY_MS / 24, d: DAY_MS, w: 7 * DAY_MS };

/** `daylit token`: what programs send to be let in. */
export function addTokenCommand(program: Command): void {
  const token = program
    .command('token')
    .description('make, list and take back tokens for programs')
    .addHelpText('afterAll', EXAMPLES);
  addAuthOption(token.command('create').description('make a token and show it once'))
    .requiredOption('--name <name>', 'who gets it')
    .addOption(choice('--role <role>', 'what it may do', ROLES).default('view'))
    .option('--expires <time>', 'how long it holds, as 12h, 90d or 8w; for ever if left out')
    .action(async (flags: { auth: string; name: string; role: Role; expires?: string }) => {
      await reporting(() => create(flags));
    });
  addAuthOption(token.command('list').description('who has which token, and until when'))
    .option('--json', 'as JSON')
    .action(async ({ auth, json }: { auth: string; json?: true }) => {
      await reporting(() => list(auth, json === true));
    });
  addAuthOption(token.command('revoke').description('take a token back: what came by it is sent away'))
    .argument('<name-or-id>', 'as the list shows it')
    .action(async (which: string, { auth }: { auth: string }) => {
      await reporting(() => revoke(auth, which));
    });
}

/** Where users and tokens are kept. */
export function addAuthOption(command: Command): Command {
  return command.option('--auth <file>', 'file of users and tokens', defaultAuthFile());
}

/** Runs a command and tells what it failed by. */
export async function reporting(run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (thrown) {
    failWith(thrown);
  }
}

/** What an option like `90d` means from a moment on. @throws DaylitError OPTION_INVALID */
export function expiry(text: string, now: number): Date {
  const [, count = '', unit = ''] = /^(\d{1,4})([hdw])$/.exec(text) ?? [];
  const milliseconds = Number(count) * (UNITS[unit] ?? 0);
  if (milliseconds === 0) throw new DaylitError('OPTION_INVALID', `--expires: ${text} is not like 12h, 90d or 8w`);
  return new Date(now + milliseconds);
}

async function create(flags: { auth: string; name: string; role: Role; expires?: string }): Promise<void> {
  const name = checkedName(flags.name);
  const expires = flags.expires === undefined ? {} : { expires: expiry(flags.expires, Date.now()).toISOString() };
  const { id, token, sha256 } = newToken();
  await changeAuthFile(flags.auth, (entries) => {
    if (entries.tokens.some((other) => other.name === name))
      throw new DaylitError('AUTH_FILE_INVALID', `there is a token ${name}`, {
        hint: 'Take it back first, or choose another name.',
      });
    const made = { id, name, role: flags.role, created: new Date().toISOString(), sha256, ...expires };
    return { ...entries, tokens: [...entries.tokens, made] };
  });
  process.stderr.write(`Kept as a hash in ${flags.auth}; it is not shown again:\n`);
  process.stdout.write(`${token}\n`);
}

async function list(auth: string, json: boolean): Promise<void> {
  const { tokens } = await readAuthFile(auth);
  const shown = tokens.map(({ id, name, role, created, expires }) => ({ id, name, role, created, expires }));
  for (const each of shown) {
    const until = each.expires === undefined ? 'for ever' : `until ${each.expires}`;
    process.stdout.write(json ? `${JSON.stringify(each)}\n` : `${each.id} ${each.name} ${each.role} ${until}\n`);
  }
}

async function revoke(auth: string, which: string): Promise<void> {
  await changeAuthFile(auth, (entries) => {
    const tokens = entries.tokens.filter(({ id, name }) => id !== which && name !== which);
    if (tokens.length === entries.tokens.length)
      throw new DaylitError('AUTH_FILE_INVALID', `there is no token ${which}`, {
        hint: '`daylit token list` shows them.',
      });
    return { ...entries, tokens };
  });
}
