import { fastify, type FastifyInstance } from 'fastify';
import type { Camera } from '../camera.js';
import { systemClock } from '../core/clock.js';
import { DaylitError } from '../core/errors.js';
import { addDoor, Door } from './auth-door.js';
import { addCameraRoutes } from './camera-routes.js';
import { addEventRoutes } from './event-routes.js';
import { errorAnswer } from './http-errors.js';
import { addLiveSocket } from './live-socket.js';
import { addOperationsRoutes } from './operations-routes.js';
import { addPageRoutes } from './page-routes.js';
import { addPictureRoutes } from './picture-routes.js';
import { Upgrades } from './upgrades.js';

/** Bytes of a request that carries no photo. */
const MOST_BYTES = 64 * 1024;
/** Of all kinds together; more are not accepted. */
const MOST_CONNECTIONS = 512;
/** WebSockets among them. */
const MOST_SOCKETS = 256;
const PING_EVERY_MS = 15_000;

declare module 'fastify' {
  interface FastifyInstance {
    /** Every WebSocket that the server takes. */
    readonly upgrades: Upgrades;
  }
}

/** What is served, and by which names besides its addresses. */
export interface ServerOptions {
  readonly cameras: readonly Camera[];
  readonly names: readonly string[];
}

/**
 * The page, the pictures and the control of some cameras over HTTP and WebSocket; not listening yet. Closing it ends
 * every connection and leaves the cameras running. Every request and every WebSocket passes one door (auth-door.ts).
 */
export async function createServer({ cameras, names }: ServerOptions): Promise<FastifyInstance> {
  const app = fastify({ bodyLimit: MOST_BYTES, forceCloseConnections: true, requestTimeout: 30_000 });
  app.server.maxConnections = MOST_CONNECTIONS;
  const clock = systemClock;
  const door = new Door(names, undefined);
  const upgrades = new Upgrades(door, { sockets: MOST_SOCKETS, pingEveryMs: PING_EVERY_MS });
  addDoor(app, door);
  app.setErrorHandler((thrown, _, reply) => {
    const { status, headers, body } = errorAnswer(thrown);
    return reply.code(status).headers(headers).send(body);
  });
  app.setNotFoundHandler(({ method, url }) => {
    throw new DaylitError('NOT_SERVED', `${method} ${url.replace(/\?.*$/s, '').slice(0, 200)}`);
  });
  await addPageRoutes(app);
  addPictureRoutes(app, cameras, clock);
  addCameraRoutes(app, cameras);
  addEventRoutes(app, cameras, clock);
  addOperationsRoutes(app, cameras);
  addLiveSocket(upgrades, cameras, clock);
  upgrades.serve(app.server);
  app.decorate('upgrades', upgrades);
  app.addHook('preClose', () => upgrades.close());
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
