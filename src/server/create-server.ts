import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import type { Camera } from '../camera.js';
import { CameraSet } from '../cameras/camera-set.js';
import { systemClock } from '../core/clock.js';
import { DaylitError } from '../core/errors.js';
import type { Detections } from '../detections.js';
import { packageVersion } from '../core/package-root.js';
import { addAsyncApiRoute } from './asyncapi.js';
import type { Credentials } from './auth-credentials.js';
import { addDoor, Door } from './auth-door.js';
import { addAuthRoutes } from './auth-routes.js';
import { AddressPolicy } from './address-policy.js';
import { CameraList } from './camera-list.js';
import { addCameraSetRoutes } from './camera-set-routes.js';
import { addCameraRoutes } from './camera-routes.js';
import { addDetectionsRoutes } from './detections-routes.js';
import { addEventRoutes } from './event-routes.js';
import { addElsewhere, type Elsewhere } from './elsewhere.js';
import type { ConnectionLimits } from './connections.js';
import { createApp } from './http-app.js';
import { addFramesSocket } from './frames-socket.js';
import { addLiveSocket } from './live-socket.js';
import { addOpenApiRoute, describeRoutes } from './openapi.js';
import { addOperationsRoutes } from './operations-routes.js';
import { addPageRoutes } from './page-routes.js';
import { addPictureRoutes } from './picture-routes.js';
import { addReferenceRoutes } from './reference-routes.js';
import { addStreamRoutes } from './stream-routes.js';
import type { TlsPair } from './tls.js';
import { Upgrades, type SocketLimits } from './upgrades.js';
import { useZod } from './zod-schemas.js';

/** How much the server takes at once, and how long it waits. */
export type ServerLimits = ConnectionLimits & SocketLimits;

const LIMITS: ServerLimits = {
  connections: 512,
  perAddress: 128,
  headersMs: 10_000,
  requestMs: 60_000,
  sockets: 256,
  pingEveryMs: 15_000,
};
/** How soon a token that expires sends away who came by it. */
const RECHECK_MS = 15_000;

declare module 'fastify' {
  interface FastifyInstance {
    /** Every WebSocket that the server takes. */
    readonly upgrades: Upgrades;
  }
}

/** What is served, to whom, and by which names besides its addresses. */
export interface ServerOptions {
  /** Fixed ones, or a set that programs may change. */
  readonly cameras: readonly Camera[] | CameraSet;
  /** Cameras that others run, to be shown in place of one's own. */
  readonly elsewhere?: Elsewhere;
  /** Where programs may add cameras, see AddressPolicy. */
  readonly cameraHosts?: readonly string[];
  /** Told what detectors have found, in any camera's pictures. */
  readonly onDetections?: (set: Detections) => void;
  readonly names: readonly string[];
  /** None: whoever reaches the server may do everything. */
  readonly credentials?: Credentials;
  /** None: in the clear. */
  readonly tls?: TlsPair;
  /** Addresses and networks of proxies whose word about the client is taken. */
  readonly proxies?: readonly string[];
  readonly limits?: Partial<ServerLimits>;
  readonly log?: FastifyBaseLogger;
}

/**
 * The page, the pictures and the control of some cameras over HTTP and WebSocket; not listening yet. Closing it ends
 * every connection and leaves the cameras running. Every request and every WebSocket passes one door (auth-door.ts).
 */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const { cameraHosts, onDetections = () => undefined, names, credentials, tls, proxies = [], log } = options;
  const policy = new AddressPolicy(cameraHosts);
  const set = options.cameras instanceof CameraSet ? options.cameras : undefined;
  const list = new CameraList(options.cameras);
  const { cameras } = list;
  const limits = { ...LIMITS, ...options.limits };
  const app = createApp({ tls, proxies, limits, log });
  const clock = systemClock;
  const door = new Door([...names, ...(tls?.names ?? [])], credentials);
  const upgrades = new Upgrades(door, limits);
  app.decorate('upgrades', upgrades);
  addDoor(app, door);
  if (options.elsewhere !== undefined) {
    addElsewhere(app, options.elsewhere);
    upgrades.elsewhere = options.elsewhere;
  }
  useZod(app);
  const version = packageVersion();
  await describeRoutes(app, version);
  await addAuthRoutes(app, credentials);
  await addPageRoutes(app);
  addPictureRoutes(app, list, clock);
  addStreamRoutes(app, list, clock);
  addCameraRoutes(app, cameras, set);
  addCameraSetRoutes(app, cameras, { set, policy });
  addReferenceRoutes(app, cameras, set);
  addDetectionsRoutes(app, cameras);
  addEventRoutes(app, list, clock, options.elsewhere);
  addOperationsRoutes(app, cameras);
  addOpenApiRoute(app);
  addAsyncApiRoute(app, version);
  addLiveSocket(upgrades, cameras, clock);
  addFramesSocket(upgrades, cameras, clock);
  upgrades.serve(app.server, app.log);
  const stopFollowing = list.followEach(({ id, detections }) => {
    const stop = detections.onAdd(onDetections);
    return () => {
      stop();
      upgrades.end(id);
    };
  });
  const timer = setInterval(() => {
    door.recheck();
  }, RECHECK_MS).unref();
  credentials?.onChange(() => {
    door.recheck();
  });
  app.addHook('preClose', async () => {
    clearInterval(timer);
    list.stop();
    stopFollowing();
    await upgrades.close();
  });
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
