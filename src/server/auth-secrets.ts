import { createHash, randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';
import { promisify } from 'node:util';

/** RFC 7914 by OWASP's table: 32 MiB for a guess, three times over. */
const COST = { N: 2 ** 15, r: 8, p: 3 } as const;
const HASH_BYTES = 32;
const TOKEN = /^daylit_([0-9a-f]{8})_([A-Za-z0-9_-]{43})$/;
/** Letters and digits that nobody takes for one another. */
const ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789';

const derive = promisify(
  (
    password: string,
    salt: Buffer,
    length: number,
    options: ScryptOptions,
    done: (error: Error | null, key: Buffer) => void,
  ) => {
    scrypt(password, salt, length, options, done);
  },
);

/** A new token: what its owner gets, and what is kept of it. */
export interface NewToken {
  readonly id: string;
  readonly token: string;
  readonly sha256: string;
}

/** 256 random bits. One round of SHA-256 is enough to keep them: no guess reaches so far, and it costs a request nothing. */
export function newToken(): NewToken {
  const id = randomBytes(4).toString('hex');
  const token = `daylit_${id}_${randomBytes(32).toString('base64url')}`;
  return { id, token, sha256: sha256(token) };
}

/** The part of a token that is no secret; undefined for what is none. */
export function tokenId(token: string): string | undefined {
  return TOKEN.exec(token)?.[1];
}

/** In hexadecimal digits. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Whether two texts are the same, in a time that does not tell where they differ. */
export function equal(one: string, other: string): boolean {
  const [a, b] = [createHash('sha256').update(one).digest(), createHash('sha256').update(other).digest()];
  return timingSafeEqual(a, b);
}

/** A password that nobody has to think of: 20 letters and digits in fives, 100 bits. */
export function newPassword(): string {
  const letters = [...randomBytes(20)].map((byte) => ALPHABET[byte % ALPHABET.length] ?? '');
  return (letters.join('').match(/.{5}/g) ?? []).join('-');
}

/** What is kept of a password: `scrypt$N$r$p$salt$hash`, salt and hash in base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const { N, r, p } = COST;
  const hash = await derived(password, salt, COST);
  return ['scrypt', N, r, p, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/** Whether a password is the one that was kept. Takes as long for a wrong one. */
export async function isPassword(password: string, kept: string): Promise<boolean> {
  const [, N = '', r = '', p = '', salt = '', hash = ''] = kept.split('$');
  const found = await derived(password, Buffer.from(salt, 'base64url'), { N: Number(N), r: Number(r), p: Number(p) });
  const wanted = Buffer.from(hash, 'base64url');
  return wanted.length === found.length && timingSafeEqual(wanted, found);
}

function derived(
  password: string,
  salt: Buffer,
  cost: { readonly N: number; readonly r: number; readonly p: number },
): Promise<Buffer> {
  return derive(password.normalize('NFC'), salt, HASH_BYTES, { ...cost, maxmem: 256 * cost.N * cost.r });
}
