import { mkdir, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import envPaths from 'env-paths';
import { z } from 'zod';
import { DaylitError } from '../core/errors.js';
import { entryAt } from '../core/file-entry.js';
import { ROLES } from './auth-access.js';

const NAME = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/, 'a name is letters, digits and . _ @ - (64 at most)');
/** Bounds of scrypt's cost, so that no file can make the server work for minutes. */
const PASSWORD = z.string().regex(/^scrypt\$(?:16384|32768|65536|131072)\$8\$[1-8]\$[\w-]{22}\$[\w-]{43}$/);

const entry = { name: NAME, role: z.enum(ROLES), created: z.iso.datetime() };

const authSchema = z.strictObject({
  version: z.literal(1),
  users: z.array(z.strictObject({ ...entry, password: PASSWORD })).max(1000),
  tokens: z
    .array(
      z.strictObject({
        ...entry,
        id: z.string().regex(/^[0-9a-f]{8}$/),
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
        expires: z.iso.datetime().optional(),
      }),
    )
    .max(10_000),
});

/** Who may use the server: users with passwords, programs with tokens, and nothing of either that could be used. */
export type AuthEntries = z.output<typeof authSchema>;
export type TokenEntry = AuthEntries['tokens'][number];
export type UserEntry = AuthEntries['users'][number];

const NOBODY: AuthEntries = { version: 1, users: [], tokens: [] };

/** Where it lies unless it is said: `~/.config/daylit/auth.json` on Linux. */
export function defaultAuthFile(): string {
  return join(envPaths('daylit', { suffix: '' }).config, 'auth.json');
}

/** A name, checked. @throws DaylitError OPTION_INVALID */
export function checkedName(name: string): string {
  const result = NAME.safeParse(name);
  if (!result.success) throw new DaylitError('OPTION_INVALID', `--name: ${result.error.issues[0]?.message ?? ''}`);
  return result.data;
}

/**
 * Reads the file. @returns nobody where there is none, unless it is wanted
 * @throws DaylitError AUTH_FILE_INVALID
 */
export async function readAuthFile(path: string, wanted = false): Promise<AuthEntries> {
  if (entryAt(path) === undefined) {
    if (wanted)
      throw new DaylitError('AUTH_FILE_INVALID', `there is no ${path}`, { hint: '`daylit token create` makes it.' });
    return NOBODY;
  }
  await refuseOpenFile(path);
  let content: unknown;
  try {
    content = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    // The text of a JSON error quotes the file.
    const reason = cause instanceof SyntaxError ? 'no JSON' : (cause as Error).message;
    throw new DaylitError('AUTH_FILE_INVALID', `${path}: ${reason}`, { cause });
  }
  const result = authSchema.safeParse(content);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new DaylitError('AUTH_FILE_INVALID', `${path}: ${issue?.path.join('.') ?? ''}: ${issue?.code ?? 'not valid'}`);
}

/**
 * Changes the file: written beside it for its owner alone, then put in its place. Two changes at once do not mix: the
 * second one fails.
 * @param change gives the new entries; what it throws leaves the file as it was
 * @throws DaylitError AUTH_FILE_INVALID
 */
export async function changeAuthFile(path: string, change: (entries: AuthEntries) => AuthEntries): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const place = entryAt(path) === undefined ? path : await realpath(path);
  const beside = `${place}.new`;
  const file = await open(beside, 'wx', 0o600).catch((cause: unknown) => {
    const { code, message } = cause as NodeJS.ErrnoException;
    const reason = code === 'EEXIST' ? `${beside} is there: it is being changed, or a change broke off` : message;
    throw new DaylitError('AUTH_FILE_INVALID', reason, { cause, hint: 'Try again; if nothing changes it, remove it.' });
  });
  try {
    const entries = change(await readAuthFile(place));
    await file.writeFile(`${JSON.stringify(entries, null, 2)}\n`);
    await file.sync();
    await file.close();
    await rename(beside, place);
  } catch (thrown) {
    await file.close().catch(() => undefined);
    await rm(beside, { force: true });
    throw thrown;
  }
}

/** Others on this machine may neither read it nor put themselves into it. */
async function refuseOpenFile(path: string): Promise<void> {
  const { mode } = await stat(path);
  if (process.platform !== 'win32' && (mode & 0o027) !== 0)
    throw new DaylitError('AUTH_FILE_INVALID', `${path} is open to other users`, { hint: `Run: chmod 600 ${path}` });
}
