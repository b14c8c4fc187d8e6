import { isIP } from 'node:net';
import type { ServerOptions } from '../config.js';
import { DaylitError } from '../core/errors.js';
import { Credentials } from './auth-credentials.js';
import { defaultAuthFile, readAuthFile, type AuthEntries } from './auth-file.js';
import { readTls, type TlsPair } from './tls.js';
import { checkedProxies } from './trusted-proxies.js';

/** Who is let in, and by what certificate: all that can be refused before anything runs. */
export interface Entrance {
  readonly options: ServerOptions;
  /** None: whoever reaches the server may do everything. */
  readonly credentials: Credentials | undefined;
  readonly tls: TlsPair | undefined;
  readonly proxies: readonly string[];
  /** What to read again when it changes. */
  readonly files: readonly string[];
  /** Users and tokens as they are now. @throws DaylitError AUTH_FILE_INVALID */
  readonly readAuth: () => Promise<AuthEntries>;
}

/**
 * Reads certificate, users and tokens. Beyond this machine there must be credentials and TLS, unless that is waived.
 * @throws DaylitError SERVER_OPEN, AUTH_FILE_INVALID, TLS_INVALID, OPTION_INVALID
 */
export async function readEntrance(options: ServerOptions): Promise<Entrance> {
  const authFile = options.auth ?? defaultAuthFile();
  const readAuth = (): Promise<AuthEntries> => readAuthFile(authFile, options.auth !== undefined);
  const entries = await readAuth();
  const guarded = options.auth !== undefined || hasAny(entries);
  const tls = options.tls === undefined ? undefined : await readTls(options.tls);
  refuseOpenServer(options, { guarded: hasAny(entries), tls });
  const credentials = guarded ? new Credentials(entries) : undefined;
  const files = [...(guarded ? [authFile] : []), ...Object.values(options.tls ?? {})];
  return { options, credentials, tls, proxies: checkedProxies(options.trustProxy), files, readAuth };
}

function hasAny({ users, tokens }: AuthEntries): boolean {
  return users.length + tokens.length > 0;
}

function refuseOpenServer(
  { host, insecure }: ServerOptions,
  { guarded, tls }: { readonly guarded: boolean; readonly tls: TlsPair | undefined },
): void {
  if (insecure || isLoopback(host)) return;
  const missing = [...(guarded ? [] : ['no user or token']), ...(tls === undefined ? ['no TLS'] : [])];
  if (missing.length > 0) throw new DaylitError('SERVER_OPEN', `--host ${host} with ${missing.join(' and ')}`);
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
