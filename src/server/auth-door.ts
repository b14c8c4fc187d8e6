import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { DaylitError } from '../core/errors.js';
import { permits, type Access, type Caller } from './auth-access.js';
import { isKnownHost, isSameOrigin, SAFETY_HEADERS } from './guard.js';

/** What the door looks at; alike for requests and for upgrades to WebSocket. */
export interface Asked {
  /** What the route asks of its callers. */
  readonly access: Access;
  readonly headers: IncomingHttpHeaders;
  /** Whether something may be changed by it, or read by a script: then it must not come from another site's page. */
  readonly fromOwnPage: boolean;
  /** From the address, where the route takes it there. */
  readonly queryToken?: string | undefined;
}

/** Who presents what: see auth-credentials.ts. */
export interface Identify {
  /** @returns undefined for credentials that are wrong, expired or taken back */
  byToken(token: string): Caller | undefined;
  bySession(cookies: string): Caller | undefined;
}

/**
 * The one door of the server. Three questions, in this order: is the request meant for us, does it come from our own
 * page or a program, and may its caller do this. Every route and every WebSocket passes it.
 */
export class Door {
  readonly #names: readonly string[];
  readonly #identify: Identify | undefined;
  /** Who is inside, and how to send them away. */
  readonly #inside = new Map<object, { readonly asked: Asked; readonly sendAway: () => void }>();

  /**
   * @param names of this machine besides its addresses
   * @param identify none: whoever reaches the server may do everything
   */
  constructor(names: readonly string[], identify: Identify | undefined) {
    this.#names = names;
    this.#identify = identify;
  }

  /**
   * Lets a caller in.
   * @returns who it is; undefined where nobody needs to be
   * @throws DaylitError REQUEST_REFUSED, SIGN_IN_REQUIRED or NOT_ALLOWED
   */
  admit(asked: Asked): Caller | undefined {
    const { access, headers, fromOwnPage } = asked;
    const { host = '', origin = '' } = headers;
    if (!isKnownHost(headers.host, this.#names)) throw new DaylitError('REQUEST_REFUSED', `host ${host}`);
    if (fromOwnPage && !isSameOrigin(headers)) throw new DaylitError('REQUEST_REFUSED', `origin ${origin}`);
    const caller = this.#who(asked);
    if (access === 'public') return caller;
    if (caller === undefined) throw new DaylitError('SIGN_IN_REQUIRED', 'no valid token or session came with it');
    if (!permits(caller.role, access)) throw new DaylitError('NOT_ALLOWED', `it needs the role ${access}`);
    return caller;
  }

  /**
   * Keeps somebody in mind who stays: `sendAway` is called when they may no longer be here.
   * @returns to be called when they leave by themselves
   */
  stays(asked: Asked, sendAway: () => void): () => void {
    const guest = {};
    this.#inside.set(guest, { asked, sendAway });
    return () => {
      this.#inside.delete(guest);
    };
  }

  /** Sends those away whose token or session has expired or been taken back. */
  recheck(): void {
    for (const { asked, sendAway } of [...this.#inside.values()]) {
      try {
        this.admit(asked);
      } catch {
        sendAway();
      }
    }
  }

  /** A token that is named decides, also where a session would do. */
  #who({ headers, queryToken }: Asked): Caller | undefined {
    if (this.#identify === undefined) return { name: 'anybody', role: 'admin', by: 'open' };
    const { authorization, cookie } = headers;
    if (authorization !== undefined) {
      const [, token] = /^bearer +([^\s]+)$/i.exec(authorization) ?? [];
      return token === undefined ? undefined : this.#identify.byToken(token);
    }
    if (queryToken !== undefined) return this.#identify.byToken(queryToken);
    return cookie === undefined ? undefined : this.#identify.bySession(cookie);
  }
}

/** A route, as it was declared. */
export interface GuardedRoute {
  readonly method: string;
  readonly url: string;
  readonly access: Access;
  readonly tokenInQuery: boolean;
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Every route that the server has. */
    readonly doors: readonly GuardedRoute[];
  }
}

/** Puts the door before every route, and refuses routes that do not say what they ask of their callers. */
export function addDoor(app: FastifyInstance, door: Door): void {
  const doors: GuardedRoute[] = [];
  app.decorate('doors', doors);
  app.decorateRequest('caller', undefined);
  app.addHook('onRoute', ({ config, method, url }) => {
    const { access, tokenInQuery = false } = config ?? {};
    if (access === undefined) throw new DaylitError('INTERNAL', `${String(method)} ${url} declares no access`);
    for (const each of [method].flat()) doors.push({ method: each, url, access, tokenInQuery });
  });
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({ ...SAFETY_HEADERS, 'cache-control': 'no-store' });
    const asked = askedBy(request);
    request.caller = door.admit(asked);
    if (asked.fromOwnPage) request.log.info({ caller: request.caller?.name }, 'asks for a change');
    const leaves = door.stays(asked, () => void reply.raw.destroy());
    reply.raw.once('close', leaves);
    return Promise.resolve();
  });
}

function askedBy(request: FastifyRequest): Asked {
  const { headers, method, is404 } = request;
  const { config } = request.routeOptions;
  const reads = method === 'GET' || method === 'HEAD';
  return {
    // An address that nothing is at asks nothing; any other without a declaration would be a mistake of ours.
    access: config.access ?? (is404 ? 'public' : 'admin'),
    headers,
    fromOwnPage: !reads,
    queryToken: config.tokenInQuery === true && reads ? takeToken(request) : undefined,
  };
}

/** Takes the token out of the parameters, so that no route meets it. */
function takeToken({ query }: FastifyRequest): string | undefined {
  const parameters = query as Record<string, unknown>;
  const { token } = parameters;
  delete parameters.token;
  // Given twice, it is none.
  return token === undefined || typeof token === 'string' ? token : '';
}
