import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { DaylitError } from '../core/errors.js';
import { needsRelay, openRtspRelay, type RelayOptions } from './rtsp-relay.js';

/** Finds an IP address by name; rejects where there is none. */
export type Lookup = (name: string) => Promise<{ readonly address: string; readonly family: number }>;

/** Only one address can be handed on, and cameras that listen on IPv6 alone are rarer than names that list both. */
const byIpv4First: Lookup = (name) => lookup(name, { order: 'ipv4first' });

const PARTS = /^([a-z][a-z0-9+.-]*):\/\/((?:[^/?#]*@)?)(\[[^\]]*\]|[^:/?#]*)(.*)$/is;

/** The name itself must stay: the certificate is checked against it, or the server tells its sites apart by it. */
const KEEPS_NAME: ReadonlySet<string> = new Set(['https', 'rtmp', 'rtmps']);

/** An address for ffmpeg, and options that go with it. */
export interface Resolved {
  readonly address: string;
  readonly options: readonly string[];
}

/**
 * An address by which one ffmpeg reaches what is at this one, now: by way of a relay where that hides a password or
 * checks a certificate, else with the host's name resolved.
 *
 * @throws DaylitError HOST_NOT_FOUND, and from a relay CONNECTION_REFUSED, CONNECTION_LOST, CERTIFICATE_REFUSED
 */
export async function reachable(address: string, options: RelayOptions): Promise<Resolved> {
  return needsRelay(address) ? { address: await openRtspRelay(address, options), options: [] } : resolveHost(address);
}

/**
 * The address with its host's name resolved. ffmpeg could do that itself, but the bundled Linux build, being linked
 * statically, crashes over any name; and so an unknown name is told apart from a dead camera alike by all builds.
 *
 * @throws DaylitError HOST_NOT_FOUND
 */
export async function resolveHost(address: string, find: Lookup = byIpv4First): Promise<Resolved> {
  const [, scheme = '', user = '', host = '', rest = ''] = PARTS.exec(address) ?? [];
  if (host === '' || host.startsWith('[') || isIP(host) !== 0) return { address, options: [] };
  const found = await find(host).catch((cause: unknown) => {
    throw new DaylitError('HOST_NOT_FOUND', host, { cause });
  });
  const name = scheme.toLowerCase();
  if (KEEPS_NAME.has(name)) return { address, options: [] };
  const literal = found.family === 6 ? `[${found.address}]` : found.address;
  const port = /^:\d+/.exec(rest)?.[0] ?? '';
  return {
    address: `${scheme}://${user}${literal}${rest}`,
    options: name === 'http' ? ['-headers', `Host: ${host}${port}\r\n`] : [],
  };
}
