import type { FastifyContextConfig } from 'fastify';

/** What a caller may do; each role may do all that the roles before it may. */
export const ROLES = ['view', 'operate', 'admin'] as const;

/** `view`: watch; `operate`: photos, palettes, retries; `admin`: which cameras there are and where they send. */
export type Role = (typeof ROLES)[number];

/** What a route asks of its callers; `public` asks nothing. */
export type Access = Role | 'public';

/** Who asks. */
export interface Caller {
  readonly name: string;
  readonly role: Role;
  /** `open`: the server has no credentials, and whoever reaches it may do everything. */
  readonly by: 'token' | 'session' | 'open';
}

declare module 'fastify' {
  interface FastifyContextConfig {
    readonly access?: Access;
    /** Whether `?token=` is taken, for readers that cannot send a header, such as `<img>`. Reading routes only. */
    readonly tokenInQuery?: boolean;
  }
  interface FastifyRequest {
    /** Who asks; undefined on public routes for callers without credentials. */
    caller: Caller | undefined;
  }
}

/** A route's declaration of what it asks of its callers: `app.get('/x', needs('view'), handler)`. */
export function needs(
  access: Access,
  more: Omit<FastifyContextConfig, 'access'> = {},
): { readonly config: FastifyContextConfig } {
  return { config: { access, ...more } };
}

/** Whether a role may do what asks for another. */
export function permits(role: Role, access: Access): boolean {
  return access === 'public' || ROLES.indexOf(role) >= ROLES.indexOf(access);
}
