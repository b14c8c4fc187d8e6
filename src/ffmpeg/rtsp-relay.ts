import { once } from 'node:events';
import { connect as connectTcp, createServer, isIP, type AddressInfo, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { DaylitError, type ErrorCode } from '../core/errors.js';
import { authorizationOf, challengeIn, credentialsIn, type Challenge, type Credentials } from './rtsp-credentials.js';
import { bytesOf, headerOf, RtspSplitter, withHeader, type RtspMessage } from './rtsp-messages.js';

const PARTS = /^(rtsps?):\/\/(?:[^/?#]*@)?(\[[^\]]*\]|[^:/?#]*)(?::(\d+))?(.*)$/is;
/** By RFC 2326 and 7826. */
const PORTS: Readonly<Record<string, number>> = { rtsp: 554, rtsps: 322 };
/** How long ffmpeg may take to come. */
const PATIENCE_MS = 10_000;
/** How long a goodbye may take to be sent and heard. */
const GOODBYE_MS = 2000;

/** Whether an address is better not given to ffmpeg: it shows passwords to all users of the machine, or checks no certificate. */
export function needsRelay(address: string): boolean {
  return /^rtsps:/i.test(address) || (/^rtsp:/i.test(address) && credentialsIn(address) !== undefined);
}

/** How long connecting may take in milliseconds, and what ends a relay that nobody has come to yet. */
export interface RelayOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/**
 * Connects to an RTSP server and gives an address on loopback by which one ffmpeg reaches it. The relay answers the
 * server's demand for a password, and checks its certificate (with Node's roots and `NODE_EXTRA_CA_CERTS`), so ffmpeg
 * learns neither. It takes a single connection and ends with it.
 *
 * @throws DaylitError HOST_NOT_FOUND, CONNECTION_REFUSED, CONNECTION_LOST, CERTIFICATE_REFUSED
 */
export async function openRtspRelay(address: string, { timeoutMs, signal }: RelayOptions): Promise<string> {
  const [, scheme = '', host = '', port, path = ''] = PARTS.exec(address) ?? [];
  const inTime = AbortSignal.timeout(timeoutMs);
  const server = await connected(address, signal === undefined ? inTime : AbortSignal.any([inTime, signal]));
  const listener = createServer({ noDelay: true }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const here = `rtsp://127.0.0.1:${(listener.address() as AddressInfo).port}`;
  const there = `${scheme}://${host}${port === undefined ? '' : `:${port}`}`;
  const leave = (): void => {
    listener.close();
    server.destroy();
  };
  const late = setTimeout(leave, PATIENCE_MS).unref();
  listener.once('connection', (client) => {
    // From here on it ends when ffmpeg does, which says goodbye first.
    clearTimeout(late);
    signal?.removeEventListener('abort', leave);
    listener.close();
    if (server.destroyed) client.resetAndDestroy();
    else new Relay(client, server, { here, there, credentials: credentialsIn(address) });
  });
  signal?.addEventListener('abort', leave);
  if (signal?.aborted === true) leave();
  return here + path;
}

const FAILURES: Readonly<Record<string, ErrorCode>> = {
  ENOTFOUND: 'HOST_NOT_FOUND',
  EAI_AGAIN: 'HOST_NOT_FOUND',
  ECONNREFUSED: 'CONNECTION_REFUSED',
};
/** Of the connection: by the system, by time, or since the server speaks no TLS. All else is about the certificate. */
const CONNECTION = /^(?:E[A-Z]+|ABORT_ERR|ERR_SSL_.*)$/;

async function connected(address: string, signal: AbortSignal): Promise<Socket> {
  const [, written = '', bracketed = '', port] = PARTS.exec(address) ?? [];
  const scheme = written.toLowerCase();
  const host = bracketed.replace(/^\[|\]$/g, '');
  const to = { host, port: Number(port ?? PORTS[scheme]) };
  const socket =
    scheme === 'rtsps'
      ? connectTls({ ...to, ...(isIP(host) === 0 ? { servername: host } : {}) })
      : connectTcp({ ...to, noDelay: true });
  try {
    await once(socket, scheme === 'rtsps' ? 'secureConnect' : 'connect', { signal });
    // Its end is told by 'close'; an error without a listener would end the program.
    return socket.on('error', () => undefined);
  } catch (cause) {
    socket.on('error', () => undefined).destroy();
    const { code = '' } = cause as NodeJS.ErrnoException;
    const known = FAILURES[code] ?? (CONNECTION.test(code) ? 'CONNECTION_LOST' : 'CERTIFICATE_REFUSED');
    const detail = known === 'CERTIFICATE_REFUSED' ? `${address} (${code})` : address;
    throw new DaylitError(known, detail, { cause });
  }
}

interface Ends {
  /** How addresses begin for ffmpeg, and for the server. */
  readonly here: string;
  readonly there: string;
  readonly credentials: Credentials | undefined;
}

/** A request on its way. */
interface Asked {
  readonly request: RtspMessage;
  /** Its number for ffmpeg. */
  readonly number: string;
  readonly answered: boolean;
}

/** One connection between ffmpeg and a server. */
class Relay {
  readonly #asked = new Map<string, Asked>();
  #count = 0;
  #challenge: Challenge | undefined;
  #challenged = 0;

  constructor(
    private readonly client: Socket,
    private readonly server: Socket,
    private readonly ends: Ends,
  ) {
    this.#pass(client, server, (message) => {
      this.#ask(message);
    });
    this.#pass(server, client, (message) => {
      this.#answer(message);
    });
  }

  /** Hands data on as it is and messages to `take`, as fast as the other side reads. */
  #pass(from: Socket, to: Socket, take: (message: RtspMessage) => void): void {
    const splitter = new RtspSplitter();
    from.on('data', (bytes: Buffer) => {
      try {
        for (const part of splitter.push(bytes)) {
          if (part instanceof Uint8Array) to.write(part);
          else take(part);
        }
      } catch {
        this.client.destroy();
        this.server.destroy();
      }
      if (to.writableNeedDrain) from.pause();
    });
    to.on('drain', () => from.resume());
    from.on('error', () => undefined);
    from.on('close', () => {
      // What was said last, such as goodbye, is still sent.
      to.end();
      setTimeout(() => to.destroy(), GOODBYE_MS).unref();
    });
  }

  #ask(message: RtspMessage): void {
    // An answer to something that the server asked goes through as it is.
    if (message.first.startsWith('RTSP/')) {
      this.server.write(bytesOf(message));
      return;
    }
    const [method = '', uri = '', ...rest] = message.first.split(' ');
    const { here, there } = this.ends;
    const local = uri === here || uri.startsWith(`${here}/`) || uri.startsWith(`${here}?`);
    const request = { ...message, first: [method, local ? there + uri.slice(here.length) : uri, ...rest].join(' ') };
    this.#send({ request, number: headerOf(message, 'cseq') ?? '', answered: false });
  }

  #send(asked: Asked): void {
    const { credentials } = this.ends;
    const number = String(++this.#count);
    let request = withHeader(asked.request, 'CSeq', number);
    if (this.#challenge !== undefined && credentials !== undefined) {
      const [method = '', uri = ''] = request.first.split(' ');
      const count = ++this.#challenged;
      request = withHeader(
        request,
        'Authorization',
        authorizationOf(this.#challenge, credentials, { method, uri, count }),
      );
    }
    this.#asked.set(number, asked);
    this.server.write(bytesOf(request));
  }

  #answer(message: RtspMessage): void {
    const number = headerOf(message, 'cseq')?.trim() ?? '';
    const asked = this.#asked.get(number);
    if (!message.first.startsWith('RTSP/') || asked === undefined) {
      this.client.write(bytesOf(message));
      return;
    }
    this.#asked.delete(number);
    if (/^RTSP\/\d\.\d 401/.test(message.first) && this.ends.credentials !== undefined && !asked.answered) {
      const demands = message.headers
        .filter(([name]) => name.toLowerCase() === 'www-authenticate')
        .map(([, value]) => value);
      this.#challenge = challengeIn(demands);
      this.#challenged = 0;
      if (this.#challenge !== undefined) {
        this.#send({ ...asked, answered: true });
        return;
      }
    }
    this.client.write(bytesOf(withHeader(this.#withSource(message), 'CSeq', asked.number)));
  }

  /** Pictures beside the connection come from the server and not from here. */
  #withSource(message: RtspMessage): RtspMessage {
    const transport = headerOf(message, 'transport');
    const source = this.server.remoteAddress;
    if (transport === undefined || source === undefined || /interleaved|source=/i.test(transport)) return message;
    return withHeader(message, 'Transport', `${transport};source=${source}`);
  }
}
