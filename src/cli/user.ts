import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import { DaylitError } from '../core/errors.js';
import { ROLES, type Role } from '../server/auth-access.js';
import { changeAuthFile, checkedName, readAuthFile } from '../server/auth-file.js';
import { hashPassword, newPassword } from '../server/auth-secrets.js';
import { choice } from './options.js';
import { addAuthOption, reporting } from './token.js';

const EXAMPLES = `
A password is made up and shown once, on stdout, unless one comes by --password-stdin; it is kept as a hash. A running
server takes changes over by itself; who is signed in with the password before is signed out.

Examples:
  $ daylit user set --name anna --role operate
  $ daylit user set --name anna --role admin --password-stdin < password.txt
  $ daylit user list
  $ daylit user remove anna
`;

const SHORTEST = 12;
const LONGEST = 1024;

/** `daylit user`: who signs in on the page. */
export function addUserCommand(program: Command): void {
  const user = program
    .command('user')
    .description('make, list and remove users of the page')
    .addHelpText('afterAll', EXAMPLES);
  addAuthOption(user.command('set').description('make a user, or give one another role and password'))
    .requiredOption('--name <name>', 'what the user signs in as')
    .addOption(choice('--role <role>', 'what the user may do', ROLES).default('view'))
    .option('--password-stdin', `read the password from stdin: ${SHORTEST} characters or more`)
    .action(async (flags: { auth: string; name: string; role: Role; passwordStdin?: true }) => {
      await reporting(() => set(flags));
    });
  addAuthOption(user.command('list').description('who there is'))
    .option('--json', 'as JSON')
    .action(async ({ auth, json }: { auth: string; json?: true }) => {
      await reporting(async () => {
        for (const { name, role, created } of (await readAuthFile(auth)).users)
          process.stdout.write(json === true ? `${JSON.stringify({ name, role, created })}\n` : `${name} ${role}\n`);
      });
    });
  addAuthOption(user.command('remove').description('remove a user, who is signed out'))
    .argument('<name>', 'as the list shows it')
    .action(async (name: string, { auth }: { auth: string }) => {
      await reporting(() => remove(auth, name));
    });
}

async function set(flags: { auth: string; name: string; role: Role; passwordStdin?: true }): Promise<void> {
  const name = checkedName(flags.name);
  const given = flags.passwordStdin === true ? checkedPassword(await text(process.stdin)) : undefined;
  const chosen = given ?? newPassword();
  const password = await hashPassword(chosen);
  await changeAuthFile(flags.auth, (entries) => {
    const others = entries.users.filter((user) => user.name !== name);
    return { ...entries, users: [...others, { name, role: flags.role, created: new Date().toISOString(), password }] };
  });
  if (given !== undefined) return;
  process.stderr.write(`Kept as a hash in ${flags.auth}; the password is not shown again:\n`);
  process.stdout.write(`${chosen}\n`);
}

async function remove(auth: string, name: string): Promise<void> {
  await changeAuthFile(auth, (entries) => {
    const users = entries.users.filter((user) => user.name !== name);
    if (users.length === entries.users.length)
      throw new DaylitError('AUTH_FILE_INVALID', `there is no user ${name}`, {
        hint: '`daylit user list` shows them.',
      });
    return { ...entries, users };
  });
}

function checkedPassword(text: string): string {
  const password = text.replace(/\r?\n$/, '');
  if (password.length >= SHORTEST && password.length <= LONGEST) return password;
  throw new DaylitError('OPTION_INVALID', `--password-stdin: a password has ${SHORTEST} to ${LONGEST} characters`);
}
