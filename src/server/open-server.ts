import { isIP } from 'node:net';
import { hostname } from 'node:os';
import type { FastifyBaseLogger } from 'fastify';
import type { Camera } from '../camera.js';
import type { CameraSet } from '../cameras/camera-set.js';
import type { ServerOptions } from '../config.js';
import { DaylitError } from '../core/errors.js';
import { DetectionsLog } from '../detections-log.js';
import type { Notify } from '../core/notices.js';
import { present } from '../core/present.js';
import { Credentials } from './auth-credentials.js';
import { defaultAuthFile, readAuthFile, type AuthEntries } from './auth-file.js';
import { createServer, listen } from './create-server.js';
import type { Elsewhere } from './elsewhere.js';
import { readTls, renewTls, type TlsPair } from './tls.js';
import { checkedProxies } from './trusted-proxies.js';
import { watchFiles } from '../watch-files.js';

/** From here on a certificate that ends soon is told of. */
const SOON_MS = 14 * 24 * 60 * 60 * 1000;

/** A server that listens. */
export interface OpenServer {
  readonly address: string;
  /** Reads certificate, users and tokens again; those that cannot be used are told of, and the old ones stay. */
  reload(): Promise<void>;
  close(): Promise<void>;
}

/** What a server tells, and where its log goes. */
export interface ServerTalk {
  readonly notify: Notify;
  readonly log?: FastifyBaseLogger | undefined;
  /** Cameras that others run. */
  readonly elsewhere?: Elsewhere | undefined;
}

/**
 * Serves cameras by what the options say. Beyond this machine it listens only with credentials and TLS, or where that
 * is waived. Certificate, users and tokens are read again when their files change.
 *
 * @throws DaylitError SERVER_OPEN, AUTH_FILE_INVALID, TLS_INVALID, OPTION_INVALID, PORT_UNAVAILABLE
 */
export async function openServer(
  cameras: readonly Camera[] | CameraSet,
  options: ServerOptions,
  { notify, log, elsewhere }: ServerTalk,
): Promise<OpenServer> {
  const { host, port, tls: tlsFiles, allowedHosts, cameraHosts, trustProxy } = options;
  const authFile = options.auth ?? defaultAuthFile();
  const readAuth = (): Promise<AuthEntries> => readAuthFile(authFile, options.auth !== undefined);
  const entries = await readAuth();
  const guarded = options.auth !== undefined || hasAny(entries);
  const tls = tlsFiles === undefined ? undefined : await readTls(tlsFiles);
  refuseOpenServer(options, { guarded: hasAny(entries), tls });
  const credentials = guarded ? new Credentials(entries) : undefined;
  const names = [host, hostname(), `${hostname()}.local`, ...allowedHosts].map((name) => name.toLowerCase());
  const detectionsLog =
    options.detectionsLog === undefined ? undefined : new DetectionsLog(options.detectionsLog, notify);
  const app = await createServer({
    ...{ cameras, cameraHosts, names, proxies: checkedProxies(trustProxy) },
    ...present({ credentials, tls, log, elsewhere }),
    onDetections: (set) => detectionsLog?.write(set),
  });
  app.addHook('onClose', () => detectionsLog?.close());
  const tellOf = (pair: TlsPair | undefined): void => {
    const left = (pair?.validTo.getTime() ?? Infinity) - Date.now();
    if (left < SOON_MS)
      notify({ kind: 'server', message: `The certificate is valid until ${pair?.validTo.toISOString() ?? ''}` });
  };
  tellOf(tls);
  const reload = async (): Promise<void> => {
    await attempt(notify, 'Users and tokens', async () => credentials?.replace(await readAuth()));
    await attempt(notify, 'The certificate', async () => {
      if (tlsFiles === undefined) return;
      const pair = await readTls(tlsFiles);
      renewTls(app.server, pair);
      tellOf(pair);
    });
  };
  const watched = [...(guarded ? [authFile] : []), ...Object.values(tlsFiles ?? {})];
  const stopWatching = watchFiles(watched, () => void reload());
  try {
    const address = await listen(app, host, port);
    const close = async (): Promise<void> => {
      await stopWatching();
      await app.close();
    };
    return { address, reload, close };
  } catch (thrown) {
    await stopWatching();
    await app.close();
    throw thrown;
  }
}

function hasAny({ users, tokens }: AuthEntries): boolean {
  return users.length + tokens.length > 0;
}

async function attempt(notify: Notify, what: string, change: () => Promise<void>): Promise<void> {
  try {
    await change();
  } catch (thrown) {
    const { code, message } = DaylitError.from(thrown);
    notify({ kind: 'server', message: `${what} stay as they were: ${message}`, data: { code } });
  }
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
