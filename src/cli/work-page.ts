import { isIPv4 } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import type { Camera } from '../camera.js';
import { DaylitError } from '../core/errors.js';
import { pageToken } from '../fleet/page-token.js';
import { Credentials } from '../server/auth-credentials.js';
import { sha256 } from '../server/auth-secrets.js';
import { createServer, listen } from '../server/create-server.js';

/** The page of one worker, for the page of its fleet. */
export interface WorkPage {
  /** As others reach it. */
  readonly address: string;
  readonly show: (cameras: readonly Camera[]) => void;
  close(): Promise<void>;
}

/**
 * Serves a worker's cameras to whoever has the fleet's key, by the token made of it; `/livez` to anybody.
 * @param place `host:port`
 * @throws DaylitError OPTION_INVALID, PORT_UNAVAILABLE
 */
export async function openWorkPage(place: string, key: string): Promise<WorkPage> {
  const { host = '', port = '' } = /^(?<host>[^:]+):(?<port>\d{1,5})$/.exec(place)?.groups ?? {};
  if (host === '' || Number(port) > 65_535)
    throw new DaylitError('OPTION_INVALID', `--listen ${place}: must look like 10.0.0.5:8081`);
  const { id, token } = pageToken(key);
  const created = new Date(0).toISOString();
  const entry = { id, name: 'fleet', role: 'admin', created, sha256: sha256(token) } as const;
  const shown: Camera[] = [];
  const app = await createServer({
    cameras: shown,
    names: [host, hostname()].map((name) => name.toLowerCase()),
    credentials: new Credentials({ version: 1, users: [], tokens: [entry] }),
  });
  const listening = new URL(await listen(app, host, Number(port)));
  if (host === '0.0.0.0') listening.hostname = ownAddress();
  return {
    address: listening.origin,
    show: (cameras) => {
      shown.splice(0, shown.length, ...cameras);
    },
    close: () => app.close(),
  };
}

/** The first address of this machine that others may reach. */
function ownAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.find(({ address, internal }) => !internal && isIPv4(address))?.address ?? hostname();
}
