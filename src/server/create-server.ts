import { fastify, type FastifyInstance } from 'fastify';
import type { Camera } from '../camera.js';
import { systemClock } from '../core/clock.js';
import { DaylitError } from '../core/errors.js';
import { addCameraRoutes } from './camera-routes.js';
import { addEventRoutes } from './event-routes.js';
import { isKnownHost, isSameOrigin, SAFETY_HEADERS } from './guard.js';
import { errorAnswer } from './http-errors.js';
import { addLiveSocket } from './live-socket.js';
import { addOperationsRoutes } from './operations-routes.js';
import { addPageRoutes } from './page-routes.js';
import { addPictureRoutes } from './picture-routes.js';

/** Bytes of a request that carries no photo. */
const MOST_BYTES = 64 * 1024;
/** Of all kinds together; more are not accepted. */
const MOST_CONNECTIONS = 256;

/** What is served, and by which names besides its addresses. */
export interface ServerOptions {
  readonly cameras: readonly Camera[];
  readonly names: readonly string[];
}

/**
 * The page, the pictures and the control of some cameras over HTTP and WebSocket; not listening yet. Closing it ends
 * every connection and leaves the cameras running. Every request, of every route, passes the same two questions first:
 * is it meant for us, and if it changes something, does it come from our own page or from a program.
 */
export async function createServer({ cameras, names }: ServerOptions): Promise<FastifyInstance> {
  const app = fastify({ bodyLimit: MOST_BYTES, forceCloseConnections: true, requestTimeout: 30_000 });
  app.server.maxConnections = MOST_CONNECTIONS;
  const clock = systemClock;
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({ ...SAFETY_HEADERS, 'cache-control': 'no-store' });
    const { headers, method } = request;
    if (!isKnownHost(headers.host, names)) throw new DaylitError('REQUEST_REFUSED', `host ${headers.host ?? ''}`);
    const reads = method === 'GET' || method === 'HEAD';
    if (!reads && !isSameOrigin(headers)) throw new DaylitError('REQUEST_REFUSED', `origin ${headers.origin ?? ''}`);
    return Promise.resolve();
  });
  app.setErrorHandler((thrown, _, reply) => {
    const { status, body } = errorAnswer(thrown);
    return reply.code(status).send(body);
  });
  app.setNotFoundHandler(({ method, url }) => {
    throw new DaylitError('NOT_SERVED', `${method} ${url.replace(/\?.*$/s, '').slice(0, 200)}`);
  });
  await addPageRoutes(app);
  addPictureRoutes(app, cameras, clock);
  addCameraRoutes(app, cameras);
  addEventRoutes(app, cameras, clock);
  addOperationsRoutes(app, cameras);
  const endSockets = addLiveSocket(app.server, cameras, { names, clock });
  app.addHook('preClose', endSockets);
  return app;
}

/** Begins to listen. @returns the address to open. @throws DaylitError PORT_UNAVAILABLE */
export async function listen(app: FastifyInstance, host: string, port: number): Promise<string> {
  try {
    return await app.listen({ host, port });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DaylitError('PORT_UNAVAILABLE', `${host}:${port}: ${reason}`, { cause });
  }
}
