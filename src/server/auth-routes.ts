import { fastifyCookie } from '@fastify/cookie';
import { fastifyRateLimit } from '@fastify/rate-limit';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { DaylitError } from '../core/errors.js';
import { needs } from './auth-access.js';
import { SESSION_COOKIES, type Credentials } from './auth-credentials.js';
import { parsed } from './parsed.js';

/** Sign-ins that are looked at from one address, or one IPv6 network of a customer, within a minute. */
const MOST_ATTEMPTS = 10;

const signIn = z.strictObject({ name: z.string().max(64), password: z.string().max(1024) });

/** Signing in and out on the page, and who one is. Programs send a token and need none of it. */
export async function addAuthRoutes(app: FastifyInstance, credentials: Credentials | undefined): Promise<void> {
  app.get('/api/me', needs('view'), ({ caller }) => caller);
  if (credentials === undefined) return;
  await app.register(fastifyRateLimit, {
    global: false,
    errorResponseBuilder: (_, { after }) => new DaylitError('TOO_MANY_ATTEMPTS', `again in ${after}`),
  });
  const { config } = needs('public');
  const rateLimit = { max: MOST_ATTEMPTS, timeWindow: 60_000 };
  app.post('/api/sign-in', { config: { ...config, rateLimit } }, async ({ body, protocol, log }, reply) => {
    const { name, password } = parsed(signIn, body);
    const { secret, seconds } = await credentials.signIn(name, password);
    log.info({ name }, 'signed in');
    return reply
      .code(204)
      .header('set-cookie', sessionCookie(protocol, secret, seconds))
      .send();
  });
  app.post('/api/sign-out', { config }, ({ headers, protocol }, reply) => {
    credentials.signOut(headers.cookie ?? '');
    return reply
      .code(204)
      .header('set-cookie', sessionCookie(protocol, '', 0))
      .send();
  });
}

function sessionCookie(protocol: 'http' | 'https', secret: string, seconds: number): string {
  const secure = protocol === 'https';
  return fastifyCookie.serialize(secure ? SESSION_COOKIES.secure : SESSION_COOKIES.plain, secret, {
    ...{ httpOnly: true, sameSite: 'strict', path: '/', secure, maxAge: seconds },
  });
}
