import { randomBytes } from 'node:crypto';
import { DaylitError } from '../core/errors.js';
import type { Caller } from './auth-access.js';
import type { Identify } from './auth-door.js';
import type { AuthEntries, TokenEntry, UserEntry } from './auth-file.js';
import { equal, isPassword, sha256, tokenId } from './auth-secrets.js';

/** How long a sign-in holds. */
const SESSION_MS = 12 * 60 * 60 * 1000;
/** Signed in at once; beyond that the oldest has to sign in again. */
const MOST_SESSIONS = 1000;
/** Sign-ins that may wait while one is looked at: each takes 32 MiB and a good part of a second. */
const MOST_WAITING = 8;
/** Of a password that nobody knows, so that an unknown name takes as long as a wrong password. */
const NO_PASSWORD = `scrypt$32768$8$3$${randomBytes(16).toString('base64url')}$${randomBytes(32).toString('base64url')}`;

/** Among all cookies of a request, ours and its secret. */
const SESSION_COOKIE = /(?:^|; ?)(?:__Host-)?daylit=([\w-]{43})(?:;|$)/;

interface Session {
  readonly name: string;
  /** The password it was opened with, as it is kept: another one ends it. */
  readonly password: string;
  readonly expires: number;
}

/** Who may use the server, by the entries of the auth file; and who has signed in. Sessions live in memory alone. */
export class Credentials implements Identify {
  #tokens: ReadonlyMap<string, TokenEntry> = new Map();
  #users: ReadonlyMap<string, UserEntry> = new Map();
  /** By the hash of the session's secret. */
  readonly #sessions = new Map<string, Session>();
  readonly #listeners = new Set<() => void>();
  readonly #now: () => number;
  #waiting = 0;
  #turn: Promise<unknown> = Promise.resolve();

  /** @param now milliseconds since 1970 */
  constructor(entries: AuthEntries, now: () => number = Date.now) {
    this.#now = now;
    this.replace(entries);
  }

  /** Takes other entries: whoever is not among them any more is out. */
  replace({ tokens, users }: AuthEntries): void {
    this.#tokens = new Map(tokens.map((token) => [token.id, token]));
    this.#users = new Map(users.map((user) => [user.name, user]));
    for (const listener of this.#listeners) listener();
  }

  /** Told when somebody may be out. */
  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  byToken(token: string): Caller | undefined {
    const entry = this.#tokens.get(tokenId(token) ?? '');
    // The hashes are compared also for a token that is not there.
    if (!equal(sha256(token), entry?.sha256 ?? '') || entry === undefined) return undefined;
    const { name, role, expires } = entry;
    if (expires !== undefined && Date.parse(expires) <= this.#now()) return undefined;
    return { name, role, by: 'token' };
  }

  bySession(cookies: string): Caller | undefined {
    const key = sessionKey(cookies);
    const session = key === undefined ? undefined : this.#sessions.get(key);
    const user = session === undefined ? undefined : this.#users.get(session.name);
    if (session === undefined || user?.password !== session.password || session.expires <= this.#now())
      return undefined;
    return { name: user.name, role: user.role, by: 'session' };
  }

  /**
   * Opens a session. One sign-in is looked at after the other.
   * @returns its secret, for the cookie, and its seconds
   * @throws DaylitError SIGN_IN_REQUIRED, the same for a wrong name and a wrong password; TOO_MANY_ATTEMPTS
   */
  async signIn(name: string, password: string): Promise<{ readonly secret: string; readonly seconds: number }> {
    if (this.#waiting >= MOST_WAITING) throw new DaylitError('TOO_MANY_ATTEMPTS', 'others sign in just now');
    this.#waiting += 1;
    const user = this.#users.get(name);
    const looked = this.#turn.then(() => isPassword(password, user?.password ?? NO_PASSWORD));
    this.#turn = looked.catch(() => undefined);
    const good = await looked.finally(() => (this.#waiting -= 1));
    if (!good || user === undefined) throw new DaylitError('SIGN_IN_REQUIRED', 'name or password is wrong');
    const secret = randomBytes(32).toString('base64url');
    this.#makeRoom();
    this.#sessions.set(sha256(secret), { name, password: user.password, expires: this.#now() + SESSION_MS });
    return { secret, seconds: SESSION_MS / 1000 };
  }

  /** Ends the session of these cookies. */
  signOut(cookies: string): void {
    const key = sessionKey(cookies);
    if (key !== undefined && this.#sessions.delete(key)) for (const listener of this.#listeners) listener();
  }

  #makeRoom(): void {
    for (const [key, { expires }] of this.#sessions) if (expires <= this.#now()) this.#sessions.delete(key);
    const [oldest] = this.#sessions.keys();
    if (this.#sessions.size >= MOST_SESSIONS && oldest !== undefined) this.#sessions.delete(oldest);
  }
}

/** The cookie of a session, for `Set-Cookie`: no script reads it, no other site's page sends it along. */
export function sessionCookie(secret: string, seconds: number, secure: boolean): string {
  // With the prefix the browser itself takes it only over TLS, from this host, for all paths.
  const name = secure ? '__Host-daylit' : 'daylit';
  return `${name}=${secret}; Max-Age=${seconds}; Path=/; HttpOnly; ${secure ? 'Secure; ' : ''}SameSite=Strict`;
}

function sessionKey(cookies: string): string | undefined {
  const [, secret] = SESSION_COOKIE.exec(cookies) ?? [];
  return secret === undefined ? undefined : sha256(secret);
}
