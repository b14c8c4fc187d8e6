import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { fastify, type FastifyBaseLogger, type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';
import { DaylitError } from '../core/errors.js';
import { limitConnections, type ConnectionLimits } from './connections.js';
import { SAFETY_HEADERS } from './guard.js';
import { errorAnswer } from './http-errors.js';
import type { TlsPair } from './tls.js';
import { trusts } from './trusted-proxies.js';
import { limitUploads } from './uploads.js';

/** Bytes of a request that carries no photo. */
const MOST_BYTES = 64 * 1024;
/** How often connections are looked through for those that take too long. */
const LOOK_EVERY_MS = 1000;

/** How the server meets the network. */
export interface AppOptions {
  /** None: in the clear. */
  readonly tls: TlsPair | undefined;
  /** Addresses and networks of proxies whose `X-Forwarded-…` is believed. */
  readonly proxies: readonly string[];
  readonly limits: ConnectionLimits;
  readonly log: FastifyBaseLogger | undefined;
}

/** A server without routes: its limits, its encryption, its log, and how it tells errors. */
export function createApp({ tls, proxies, limits, log }: AppOptions): FastifyInstance {
  const { headersMs: headersTimeout, requestMs: requestTimeout } = limits;
  const patience = {
    headersTimeout,
    requestTimeout,
    connectionsCheckingInterval: Math.min(LOOK_EVERY_MS, headersTimeout),
  };
  const common = {
    bodyLimit: MOST_BYTES,
    forceCloseConnections: true,
    requestTimeout,
    clientErrorHandler: answerClientError,
    frameworkErrors: answerBadAddress,
    ...(proxies.length === 0 ? {} : { trustProxy: [...proxies] }),
    ...(log === undefined ? {} : { loggerInstance: log }),
  } as const;
  const app =
    tls === undefined
      ? fastify({ ...common, http: patience })
      : // Everything after the handshake is alike; fastify's types tell the two servers apart all the same.
        (fastify({
          ...common,
          https: { ...patience, cert: tls.cert, key: tls.key, minVersion: 'TLSv1.2', handshakeTimeout: headersTimeout },
        }) as unknown as FastifyInstance);
  limitUploads(app, MOST_BYTES);
  limitConnections(app.server, limits, trusts(proxies));
  app.setErrorHandler((thrown, request, reply) => {
    const { status, headers, body } = errorAnswer(thrown);
    const { error } = body;
    // In one line with the address, for what watches logs to lock guessers out.
    if ([401, 403, 429].includes(status)) request.log.warn({ code: error.code, from: request.ip }, 'request refused');
    if (status === 500) request.log.error({ code: error.code, reason: error.message }, 'request failed');
    if (status === 401 && isPageVisit(request.method, request.headers.accept, request.url))
      return reply.redirect('/login', 303);
    return reply.code(status).headers(headers).send(body);
  });
  app.setNotFoundHandler(({ method, url }) => {
    throw new DaylitError('NOT_SERVED', `${method} ${url.replace(/\?.*$/s, '').slice(0, 200)}`);
  });
  return app;
}

/** Somebody who opens the page, not a program that asks for it. */
function isPageVisit(method: string, accept = '', url = ''): boolean {
  return method === 'GET' && accept.includes('text/html') && /^\/(?:\?|$)/.test(url);
}

/** An address that leads to no route at all, so that no hook has seen it. */
function answerBadAddress({ statusCode = 400 }: FastifyError, _: unknown, reply: FastifyReply): void {
  const { body } = errorAnswer(new DaylitError('REQUEST_INVALID', 'its address is not well-formed'));
  void reply.code(statusCode).headers(SAFETY_HEADERS).send(body);
}

const CLIENT_ERRORS: Readonly<Record<string, readonly [status: number, what: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'it took too long to arrive'],
  HPE_HEADER_OVERFLOW: [431, 'its headers are too large'],
};

/** What is no HTTP, or comes too slowly to be any. */
function answerClientError({ code }: NodeJS.ErrnoException, socket: Socket): void {
  if (socket.destroyed || !socket.writable) return;
  const [status, what] = CLIENT_ERRORS[code ?? ''] ?? [400, 'it is no HTTP'];
  const text = JSON.stringify(errorAnswer(new DaylitError('REQUEST_INVALID', what)).body);
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nContent-Type: application/json; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`,
    () => socket.destroy(),
  );
}
