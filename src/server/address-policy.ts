import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { DaylitError } from '../core/errors.js';

/** Finds all IP addresses of a name; rejects where there is none. */
export type LookupAll = (name: string) => Promise<readonly string[]>;

const allAddresses: LookupAll = async (name) => (await lookup(name, { all: true })).map(({ address }) => address);

/** What an address is for. */
export type Purpose = 'camera' | 'output';

const SCHEMES: Readonly<Record<Purpose, readonly string[]>> = {
  camera: ['rtsp', 'rtsps', 'rtmp', 'rtmps', 'http', 'https', 'srt', 'tcp', 'udp', 'rtp'],
  output: ['rtsp', 'rtsps', 'rtmp', 'srt', 'udp'],
};
/** Their certificates are checked against the name, so it cannot be replaced by what was found. */
const KEEPS_NAME: readonly string[] = ['rtsps', 'rtmps', 'https'];
/** A web server may send its readers anywhere else, also back to this machine: its host must be named. */
const MUST_BE_NAMED: readonly string[] = ['http', 'https'];
/** Where ffmpeg takes the query for options of its own, what may be in it: nothing that opens ports or files. */
const QUERY: Readonly<Record<string, readonly string[]>> = {
  srt: ['streamid', 'passphrase', 'latency', 'pbkeylen'],
  tcp: [],
  udp: ['pkt_size'],
  rtp: [],
};
/** Ranges of ipaddr.js in which cameras live. Not loopback, link-local, multicast and what has no owner. */
const OPEN_RANGES: readonly string[] = ['unicast', 'private', 'uniqueLocal', 'carrierGradeNat'];
const MOST_LETTERS = 2048;

type Network = readonly [ipaddr.IPv4 | ipaddr.IPv6, number];

/**
 * Which addresses may be connected to on the word of the API. Addresses from the command line and the cameras file are
 * their owner's and not asked about here.
 */
export class AddressPolicy {
  readonly #names: ReadonlySet<string>;
  readonly #networks: readonly Network[];
  readonly #find: LookupAll;

  /**
   * @param hosts names, addresses and networks (`10.0.0.0/8`) that are allowed, whatever they are; none: every address
   * that could be a camera's, but not this machine nor what is only linked to it
   * @throws DaylitError OPTION_INVALID
   */
  constructor(hosts: readonly string[] = [], find: LookupAll = allAddresses) {
    const networks = hosts.map(networkOf);
    this.#networks = networks.filter((network) => network !== undefined);
    this.#names = new Set(hosts.filter((_, at) => networks[at] === undefined).map((name) => name.toLowerCase()));
    this.#find = find;
  }

  /**
   * Checks an address, looking its host up.
   * @returns the address to connect to: what was found in place of the name, unless the name itself is allowed
   * @throws DaylitError ADDRESS_REFUSED, HOST_NOT_FOUND
   */
  async checked(address: string, purpose: Purpose): Promise<string> {
    const url = parsedAddress(address);
    const scheme = url.protocol.slice(0, -1).toLowerCase();
    if (!SCHEMES[purpose].includes(scheme)) throw refused(address, `not one of ${SCHEMES[purpose].join(', ')}`);
    const extra = [...url.searchParams.keys()].find((key) => QUERY[scheme]?.includes(key) === false);
    if (extra !== undefined) throw refused(address, `the parameter ${extra} is not taken`);
    const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
    if (this.#names.has(host)) return address;
    const found = isIP(host) === 0 ? await this.#lookUp(host) : [host];
    const wrong = found.find((ip) => !this.#isAllowed(ip, MUST_BE_NAMED.includes(scheme)));
    const [first] = found;
    if (first === undefined || wrong !== undefined) throw refused(address, 'its host is not allowed');
    if (isIP(host) !== 0) return address;
    if (KEEPS_NAME.includes(scheme)) throw refused(address, `${scheme} by name needs the name among the allowed hosts`);
    // What was looked at is what is connected to, now and at each reconnect.
    return withHost(address, isIP(first) === 6 ? `[${first}]` : first);
  }

  async #lookUp(name: string): Promise<readonly string[]> {
    // Node's parser of addresses is laxer than ours: 0x7f.1 and 2130706433 are addresses to it, never names to us.
    if (!/^(?=.*[a-z])[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?$/.test(name) || /^0x[0-9a-f.]*$/.test(name)) {
      throw new DaylitError('ADDRESS_REFUSED', `${name} is no name of a host`);
    }
    try {
      return await this.#find(name);
    } catch (cause) {
      throw new DaylitError('HOST_NOT_FOUND', name, { cause });
    }
  }

  #isAllowed(ip: string, mustBeNamed: boolean): boolean {
    if (!ipaddr.isValid(ip)) return false;
    // An IPv4 address inside an IPv6 one is looked at as what it is.
    const plain = ipaddr.process(ip);
    if (this.#networks.some((network) => contains(network, plain))) return true;
    const named = this.#networks.length + this.#names.size > 0 || mustBeNamed;
    return !named && OPEN_RANGES.includes(plain.range()) && (plain.range() !== 'unicast' || isGlobal(plain));
  }
}

function networkOf(host: string): Network | undefined {
  if (ipaddr.isValidCIDR(host)) return ipaddr.parseCIDR(host);
  if (host.includes('/')) throw new DaylitError('OPTION_INVALID', `--camera-hosts: ${host} is no network`);
  if (isIP(host) === 0) return undefined;
  const address = ipaddr.process(host);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

/** IPv6 calls everything unicast that is nothing else, also old ways to write IPv4; only 2000::/3 has owners. */
function isGlobal(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  return address.kind() === 'ipv4' || address.match(ipaddr.parseCIDR('2000::/3'));
}

function contains(network: Network, address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  return network[0].kind() === address.kind() && address.match([network[0], network[1]] as [ipaddr.IPv4, number]);
}

/** @throws DaylitError ADDRESS_REFUSED for what is no plain address of the network */
function parsedAddress(address: string): URL {
  // No spaces, quotes and the like: nothing that a reader of addresses could split or take for something else.
  if (address.length > MOST_LETTERS || !/^[a-z][a-z0-9]*:\/\/[^\s"'<>\\^`{|}\u0000-\u001f\u007f]+$/i.test(address))
    throw refused(address, 'it must look like rtsp://camera/thermal');
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    throw refused(address, 'it is no address');
  }
  if (url.hostname === '') throw refused(address, 'it names no host');
  return url;
}

function withHost(address: string, host: string): string {
  return address.replace(/^([a-z][a-z0-9]*:\/\/(?:[^/?#]*@)?)([^:/?#]*)/i, (_, before: string) => before + host);
}

function refused(address: string, why: string): DaylitError {
  return new DaylitError('ADDRESS_REFUSED', `${address.slice(0, 200)}: ${why}`);
}
