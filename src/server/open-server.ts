import { hostname } from 'node:os';
import type { FastifyBaseLogger } from 'fastify';
import type { Camera } from '../camera.js';
import type { CameraSet } from '../cameras/camera-set.js';
import { DaylitError } from '../core/errors.js';
import { DetectionsLog } from '../detections-log.js';
import type { Notify } from '../core/notices.js';
import { present } from '../core/present.js';
import { createServer, listen } from './create-server.js';
import type { Elsewhere } from './elsewhere.js';
import type { Entrance } from './entrance.js';
import { readTls, renewTls, type TlsPair } from './tls.js';
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
 * Serves cameras to those who are let in. Certificate, users and tokens are read again when their files change.
 * @throws DaylitError OPTION_INVALID, PORT_UNAVAILABLE
 */
export async function openServer(
  cameras: readonly Camera[] | CameraSet,
  { options, credentials, tls, proxies, files, readAuth }: Entrance,
  { notify, log, elsewhere }: ServerTalk,
): Promise<OpenServer> {
  const { host, port, tls: tlsFiles, allowedHosts, cameraHosts } = options;
  const names = [host, hostname(), `${hostname()}.local`, ...allowedHosts].map((name) => name.toLowerCase());
  const detectionsLog =
    options.detectionsLog === undefined ? undefined : new DetectionsLog(options.detectionsLog, notify);
  const app = await createServer({
    ...{ cameras, cameraHosts, names, proxies },
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
  const stopWatching = watchFiles(files, () => void reload());
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

async function attempt(notify: Notify, what: string, change: () => Promise<void>): Promise<void> {
  try {
    await change();
  } catch (thrown) {
    const { code, message } = DaylitError.from(thrown);
    notify({ kind: 'server', message: `${what} stay as they were: ${message}`, data: { code } });
  }
}
