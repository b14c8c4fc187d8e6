import { once } from 'node:events';
import { STATUS_CODES, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyBaseLogger } from 'fastify';
import { WebSocketServer, type WebSocket } from 'ws';
import { DaylitError } from '../core/errors.js';
import type { Access, Caller } from './auth-access.js';
import type { Asked, Door } from './auth-door.js';
import { relayUpgrade, type Elsewhere } from './elsewhere.js';
import { SAFETY_HEADERS } from './guard.js';
import { errorAnswer } from './http-errors.js';

/** A request for a WebSocket, after the door. */
export interface SocketRequest {
  /** By the names in the path. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** Undefined where the path is public. */
  readonly caller: Caller | undefined;
}

/** One kind of WebSocket. */
export interface SocketRoute {
  /** As fastify writes it: `/api/cameras/:id/live`. */
  readonly path: string;
  /** What it asks of its callers. */
  readonly access: Access;
  /** Bytes that a caller may say at once. */
  readonly mostBytes: number;
  /**
   * Looks at the request before anything is answered; what it throws is answered as of any other request.
   * @returns takes the socket once it is open
   * @throws DaylitError
   */
  readonly open: (request: SocketRequest) => (socket: WebSocket) => void;
}

/** How many sockets, and how soon one that does not answer is gone: after one to two of these milliseconds. */
export interface SocketLimits {
  readonly sockets: number;
  readonly pingEveryMs: number;
}

/** How long a viewer may take over its goodbye. */
const GOODBYE_MS = 500;
/** Pieces that one message may come in. */
const MOST_PIECES = 64;

interface Entry extends SocketRoute {
  readonly pattern: RegExp;
  readonly names: readonly string[];
  readonly sockets: WebSocketServer;
}

/** Every WebSocket of the server: one list of paths, one door, one bound, one watch over connections that are gone. */
export class Upgrades {
  readonly #door: Door;
  readonly #limits: SocketLimits;
  readonly #entries: Entry[] = [];
  /** Whose pictures each shows, and whether it has answered since the last look. */
  readonly #open = new Map<WebSocket, { readonly camera: string | undefined; heard: boolean }>();
  /** Ends of those that are handed on. */
  readonly #relayed = new Set<() => void>();
  readonly #timer: NodeJS.Timeout;
  #elsewhere: Elsewhere | undefined;

  constructor(door: Door, limits: SocketLimits) {
    this.#door = door;
    this.#limits = limits;
    this.#timer = setInterval(() => {
      this.#look();
    }, limits.pingEveryMs).unref();
  }

  /** Cameras that are run elsewhere: their sockets are handed on. */
  set elsewhere(elsewhere: Elsewhere) {
    this.#elsewhere = elsewhere;
  }

  /** Adds a kind of WebSocket. */
  add(route: SocketRoute): void {
    const names = [...route.path.matchAll(/:(\w+)/g)].map(([, name]) => name ?? '');
    const pattern = new RegExp(`^${route.path.replace(/:\w+/g, '([^/]+)')}$`);
    const settings = { noServer: true, perMessageDeflate: false, clientTracking: false };
    const sockets = new WebSocketServer({ ...settings, maxPayload: route.mostBytes, maxFragments: MOST_PIECES });
    this.#entries.push({ ...route, names, pattern, sockets });
  }

  /** All that have been added. */
  get routes(): readonly SocketRoute[] {
    return this.#entries;
  }

  /** Answers a server's upgrades, and tells the log of those it refuses. */
  serve(server: Server, log: Pick<FastifyBaseLogger, 'warn'>): void {
    server.on('upgrade', (request: IncomingMessage, connection: Duplex, head: Buffer) => {
      connection.on('error', () => connection.destroy());
      try {
        this.#upgrade(request, connection, head);
      } catch (thrown) {
        const { code } = DaylitError.from(thrown);
        log.warn({ code, from: request.socket.remoteAddress }, 'WebSocket refused');
        refuse(connection, thrown);
      }
    });
  }

  /** Says goodbye to those who watch a camera that is no longer there, or has started again. */
  end(camera: string): void {
    for (const [socket, kept] of this.#open) if (kept.camera === camera) socket.close(1001, 'the camera has gone');
  }

  /** Says goodbye to all; who does not answer soon, since it reads nothing, is cut off. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    for (const end of this.#relayed) end();
    const open = [...this.#open.keys()];
    const closed = Promise.all(open.map((socket) => once(socket, 'close')));
    for (const socket of open) socket.close(1001, 'the server stops');
    const tooLong = setTimeout(() => {
      for (const socket of open) socket.terminate();
    }, GOODBYE_MS);
    await closed;
    clearTimeout(tooLong);
  }

  #upgrade(request: IncomingMessage, connection: Duplex, head: Buffer): void {
    const { pathname, searchParams } = addressOf(request);
    const entry = this.#entries.find(({ pattern }) => pattern.test(pathname));
    const asked: Asked = { access: entry?.access ?? 'public', headers: request.headers, fromOwnPage: true };
    const caller = this.#door.admit(asked);
    if (entry === undefined) throw new DaylitError('NOT_SERVED', `WebSocket ${pathname.slice(0, 200)}`);
    const watching = this.#open.size + this.#relayed.size;
    if (watching >= this.#limits.sockets) throw new DaylitError('SERVER_FULL', `${watching} watch`);
    const params = Object.fromEntries(
      [...(entry.pattern.exec(pathname) ?? [])].slice(1).map((value, at) => [entry.names[at] ?? '', decoded(value)]),
    );
    if (this.#elsewhere !== undefined && params.id !== undefined) {
      const { over, end } = relayUpgrade(request, { connection, head }, this.#elsewhere, params.id);
      const leaves = this.#door.stays(asked, end);
      this.#relayed.add(end);
      void over.then(() => {
        this.#relayed.delete(end);
        leaves();
      });
      return;
    }
    const take = entry.open({ params, query: Object.fromEntries(searchParams), caller });
    entry.sockets.handleUpgrade(request, connection, head, (socket) => {
      const kept = { camera: params.id, heard: true };
      this.#open.set(socket, kept);
      const leaves = this.#door.stays(asked, () => {
        socket.close(1008, 'signed out');
      });
      socket.on('close', () => {
        this.#open.delete(socket);
        leaves();
      });
      socket.on('pong', () => (kept.heard = true));
      socket.on('error', () => {
        socket.terminate();
      });
      take(socket);
    });
  }

  /** A socket that has not answered since the last look is gone, whatever its connection says. */
  #look(): void {
    for (const [socket, kept] of this.#open) {
      if (!kept.heard) socket.terminate();
      else {
        kept.heard = false;
        socket.ping();
      }
    }
  }
}

function addressOf({ url = '' }: IncomingMessage): URL {
  try {
    return new URL(url, 'http://daylit');
  } catch (cause) {
    throw new DaylitError('REQUEST_INVALID', 'the address is not well-formed', { cause });
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (cause) {
    throw new DaylitError('REQUEST_INVALID', 'the address is not well-formed', { cause });
  }
}

function refuse(connection: Duplex, thrown: unknown): void {
  const { status, body, headers } = errorAnswer(thrown);
  const text = JSON.stringify(body);
  const head = Object.entries({
    ...SAFETY_HEADERS,
    ...headers,
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    connection: 'close',
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  connection.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${head.join('')}\r\n${text}`);
}
