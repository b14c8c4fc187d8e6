import { request as ask, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { DaylitError } from '../core/errors.js';

/** A daylit that runs cameras for this page. */
export interface OtherServer {
  /** `http://host:port`. */
  readonly address: string;
  readonly token: string;
}

/** Cameras that are not run here but shown here. */
export interface Elsewhere {
  /** Where each stands, as in `/api/cameras`. */
  cameras(): Promise<readonly unknown[]>;
  /** Who runs a camera now; undefined where nobody does. */
  serverOf(camera: string): OtherServer | undefined;
  /** Told whenever a camera may have changed hands. @returns stops it */
  onChange(listener: () => void): () => void;
  /** Tells what `/api/events` tells of them. @returns stops it */
  followEvents(tell: (event: string, data: object) => void): () => void;
}

/** Milliseconds in which the other server has to begin its answer. */
const PATIENCE_MS = 10_000;
/** Pictures and readings of one camera, named by a parameter. */
const BY_PARAMETER: ReadonlySet<string> = new Set(['/snapshot.jpg', '/stream.mjpeg']);
/** Of one connection, or of the caller's own credentials: the other server gets its own. */
const KEPT_BACK = ['host', 'connection', 'authorization', 'cookie', 'origin', 'referer', 'transfer-encoding'];

/**
 * Puts cameras that run elsewhere before the routes of those here: the caller has passed the door as of any camera, and
 * what it asks goes to the server that runs the camera, with that server's own token.
 */
export function addElsewhere(app: FastifyInstance, elsewhere: Elsewhere): void {
  app.addHook('onRequest', async (request, reply) => {
    if (request.routeOptions.url === '/api/cameras' && request.method === 'GET')
      return reply.send({ cameras: await elsewhere.cameras() });
    const camera = cameraOf(request);
    if (camera === undefined) return undefined;
    relay(request, reply, serverFor(elsewhere, camera));
    return reply;
  });
}

/** Hands an upgrade, whose caller has passed the door, on to the server that runs the camera. */
export function relayUpgrade(
  { method, url = '', headers }: IncomingMessage,
  caller: { readonly connection: Duplex; readonly head: Buffer },
  elsewhere: Elsewhere,
  camera: string,
): { readonly over: Promise<void>; readonly end: () => void } {
  const { connection, head } = caller;
  const server = serverFor(elsewhere, camera);
  const other = ask(server.address, {
    ...{ method, path: pathFor(url) },
    headers: { ...forwarded(headers, server), connection: 'Upgrade' },
  });
  const end = (): void => {
    other.destroy();
    connection.destroy();
  };
  // A camera that another runs by now shows nothing here any more; the page asks again and is led there.
  const stop = elsewhere.onChange(() => {
    if (elsewhere.serverOf(camera)?.address !== server.address) end();
  });
  const over = new Promise<void>((resolve) => {
    connection.once('close', () => {
      stop();
      end();
      resolve();
    });
  });
  other.on('error', end);
  other.on('response', end); // it does not take the upgrade
  other.on('upgrade', ({ rawHeaders }, socket, first) => {
    const lines = rawHeaders.map((text, at) => (at % 2 === 0 ? `${text}: ` : `${text}\r\n`)).join('');
    connection.write(`HTTP/1.1 101 Switching Protocols\r\n${lines}\r\n`);
    connection.write(first);
    socket.write(head);
    socket.on('error', end);
    socket.on('close', end);
    socket.pipe(connection).pipe(socket);
  });
  other.end();
  return { over, end };
}

/** By the route that was found: the door asked what that route asks, and the other server finds the same one. */
function cameraOf({ routeOptions: { url = '' }, params, query }: FastifyRequest): string | undefined {
  if (url.startsWith('/api/cameras/:id')) return (params as { id?: string }).id;
  const { camera } = query as { camera?: unknown };
  return BY_PARAMETER.has(url) && typeof camera === 'string' ? camera : undefined;
}

/** As it came, so that nothing is read otherwise there; without the caller's own token. */
function pathFor(url: string): string {
  const [path = '', ...rest] = url.split('?');
  const query = new URLSearchParams(rest.join('?'));
  query.delete('token');
  return query.size === 0 ? path : `${path}?${query.toString()}`;
}

function serverFor(elsewhere: Elsewhere, camera: string): OtherServer {
  const server = elsewhere.serverOf(camera);
  if (server === undefined) throw new DaylitError('NOT_SERVED', `camera ${camera}: no worker runs it now`);
  return server;
}

function forwarded(headers: IncomingHttpHeaders, { token }: OtherServer): IncomingHttpHeaders {
  const kept = Object.entries(headers).filter(([name]) => !KEPT_BACK.includes(name));
  return { ...Object.fromEntries(kept), authorization: `Bearer ${token}` };
}

function relay(request: FastifyRequest, reply: FastifyReply, server: OtherServer): void {
  reply.hijack();
  const { raw } = request;
  const answer = reply.raw;
  const other = ask(server.address, {
    ...{ method: raw.method, path: pathFor(raw.url ?? '') },
    ...{ headers: forwarded(raw.headers, server), timeout: PATIENCE_MS },
  });
  other.on('timeout', () => other.destroy());
  other.on('error', () => {
    if (answer.headersSent) answer.destroy();
    else answer.writeHead(502, { 'content-type': 'application/json; charset=utf-8' }).end(UNREACHABLE);
  });
  other.on('response', (response) => {
    other.setTimeout(0); // a stream may pause
    const headers = Object.entries(response.headers).filter(([name]) => name !== 'connection');
    answer.writeHead(response.statusCode ?? 502, Object.fromEntries(headers));
    response.pipe(answer);
  });
  answer.once('close', () => other.destroy());
  raw.pipe(other);
}

const UNREACHABLE = JSON.stringify({
  error: { code: 'CONNECTION_LOST', message: 'The worker that runs this camera does not answer' },
});
