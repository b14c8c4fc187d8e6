import { createHash, randomBytes } from 'node:crypto';

/** Who asks. */
export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** What a server wants to see (RFC 7235 §4.1). */
export interface Challenge {
  readonly scheme: 'basic' | 'digest';
  readonly realm: string;
  readonly nonce: string;
  readonly opaque?: string;
  readonly algorithm?: 'MD5' | 'SHA-256';
  readonly qop: boolean;
}

const ALGORITHMS = { MD5: 'md5', 'SHA-256': 'sha256' } as const;

/** User and password in an address, %XX read; undefined where there are none. */
export function credentialsIn(address: string): Credentials | undefined {
  const [, written] = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)@/i.exec(address) ?? [];
  if (written === undefined) return undefined;
  const colon = written.indexOf(':');
  const [user, password] = colon < 0 ? [written, ''] : [written.slice(0, colon), written.slice(colon + 1)];
  return { user: read(user), password: read(password) };
}

function read(written: string): string {
  try {
    return decodeURIComponent(written);
  } catch {
    return written; // a percent sign of its own
  }
}

/** The best that can be answered among a server's `WWW-Authenticate` headers: the strongest digest, else basic. */
export function challengeIn(headers: readonly string[]): Challenge | undefined {
  const known = headers.flatMap((header): Challenge[] => {
    const [, name = '', rest = ''] = /^\s*(basic|digest)\s+(.*)$/i.exec(header) ?? [];
    const fields = new Map(
      Array.from(
        rest.matchAll(/([a-z]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/gi),
        ([, key = '', quoted, bare = '']) => [key.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? bare],
      ),
    );
    const realm = fields.get('realm') ?? '';
    const nonce = fields.get('nonce') ?? '';
    if (name.toLowerCase() === 'basic') return [{ scheme: 'basic', realm, nonce, qop: false }];
    const told = fields.get('algorithm');
    const algorithm =
      told === undefined ? undefined : (['MD5', 'SHA-256'] as const).find((one) => one === told.toUpperCase());
    if (name === '' || (told !== undefined && algorithm === undefined)) return [];
    const qops = fields.get('qop')?.split(/\s*,\s*/);
    if (qops?.includes('auth') === false) return []; // of bodies too: no camera asks for it alone
    const opaque = fields.get('opaque');
    return [
      {
        ...{ scheme: 'digest', realm, nonce, qop: qops !== undefined },
        ...(opaque === undefined ? {} : { opaque }),
        ...(algorithm === undefined ? {} : { algorithm }),
      },
    ];
  });
  const rank = ({ scheme, algorithm }: Challenge): number => (scheme === 'basic' ? 0 : algorithm === 'SHA-256' ? 2 : 1);
  return known.sort((a, b) => rank(b) - rank(a))[0];
}

/**
 * The `Authorization` of a request (RFC 7617, RFC 7616).
 * @param count how many requests have used this nonce, this one included
 * @param ownNonce for tests; random if left out
 */
export function authorizationOf(
  challenge: Challenge,
  { user, password }: Credentials,
  {
    method,
    uri,
    count,
    ownNonce,
  }: { readonly method: string; readonly uri: string; readonly count: number; readonly ownNonce?: string },
): string {
  if (challenge.scheme === 'basic') return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const { realm, nonce, opaque, algorithm, qop } = challenge;
  const hash = (text: string): string =>
    createHash(ALGORITHMS[algorithm ?? 'MD5'])
      .update(text)
      .digest('hex');
  const secret = hash(`${user}:${realm}:${password}`);
  const asked = hash(`${method}:${uri}`);
  const nc = count.toString(16).padStart(8, '0');
  const cnonce = ownNonce ?? randomBytes(8).toString('hex');
  const response = hash(qop ? [secret, nonce, nc, cnonce, 'auth', asked].join(':') : [secret, nonce, asked].join(':'));
  const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&').replace(/[\r\n]/g, '')}"`;
  const fields = [
    ...[`username=${quoted(user)}`, `realm=${quoted(realm)}`, `nonce=${quoted(nonce)}`, `uri=${quoted(uri)}`],
    `response="${response}"`,
    ...(algorithm === undefined ? [] : [`algorithm=${algorithm}`]),
    ...(opaque === undefined ? [] : [`opaque=${quoted(opaque)}`]),
    ...(qop ? ['qop=auth', `nc=${nc}`, `cnonce="${cnonce}"`] : []),
  ];
  return `Digest ${fields.join(', ')}`;
}
