import type { TestContext } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { ROLES, type Role } from '../../src/server/auth-access.js';
import { Credentials } from '../../src/server/auth-credentials.js';
import type { AuthEntries } from '../../src/server/auth-file.js';
import { hashPassword, newToken } from '../../src/server/auth-secrets.js';
import { createServer, listen, type ServerOptions } from '../../src/server/create-server.js';
import { ServedCamera } from './served-camera.js';

export const CREATED = '2026-01-01T00:00:00.000Z';

/** A server that lets nobody in without a token or a password; one token for each role. */
export interface GuardedServer {
  readonly app: FastifyInstance;
  readonly camera: ServedCamera;
  readonly credentials: Credentials;
  readonly entries: AuthEntries;
  readonly tokens: Readonly<Record<Role, string>>;
  /** Begins to listen. @returns the address */
  readonly open: () => Promise<string>;
}

/** The password of the user `anna`, whose role is `operate`. */
export const PASSWORD = 'correct-horse-battery-staple';

export async function guardedServer(
  t: TestContext,
  options: Partial<ServerOptions> & { readonly now?: () => number } = {},
): Promise<GuardedServer> {
  const made = ROLES.map((role) => ({ role, ...newToken() }));
  const entries: AuthEntries = {
    version: 1,
    users: [{ name: 'anna', role: 'operate', created: CREATED, password: await hashPassword(PASSWORD) }],
    tokens: made.map(({ role, id, sha256 }) => ({ id, name: `${role}er`, role, created: CREATED, sha256 })),
  };
  const { now, ...rest } = options;
  const credentials = new Credentials(entries, now);
  const camera = new ServedCamera('roof');
  const app = await createServer({ cameras: [camera], names: [], credentials, ...rest });
  t.after(() => app.close());
  const tokens = Object.fromEntries(made.map(({ role, token }) => [role, token])) as Record<Role, string>;
  return { app, camera, credentials, entries, tokens, open: () => listen(app, '127.0.0.1', 0) };
}
