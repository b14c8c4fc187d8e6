import { fastifyRateLimit } from '@fastify/rate-limit';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { DaylitError } from '../core/errors.js';
import { nothing } from './answers.js';
import { needs, ROLES } from './auth-access.js';
import { sessionCookie, type Credentials } from './auth-credentials.js';
import type { ZodTypes } from './zod-schemas.js';

/** Sign-ins that are looked at from one address, or one IPv6 network of a customer, within a minute. */
const MOST_ATTEMPTS = 10;

const signIn = z.strictObject({ name: z.string().max(64), password: z.string().max(1024) });
const callerAnswer = z
  .object({ name: z.string(), role: z.enum(ROLES), by: z.enum(['token', 'session', 'open']) })
  .describe('Who asks; `open`: the server has no users and tokens, and whoever reaches it may do everything.');

/** Signing in and out on the page, and who one is. Programs send a token and need none of it. */
export async function addAuthRoutes(app: FastifyInstance, credentials: Credentials | undefined): Promise<void> {
  const api = app.withTypeProvider<ZodTypes>();
  const tags = ['access'];
  const me = { tags, summary: 'Who one is, and what one may do', response: { 200: callerAnswer } };
  api.get('/api/me', { ...needs('view'), schema: me }, ({ caller }) => caller);
  if (credentials === undefined) return;

  await app.register(fastifyRateLimit, {
    global: false,
    errorResponseBuilder: (_, { after }) => new DaylitError('TOO_MANY_ATTEMPTS', `again in ${after}`),
  });
  const rateLimit = { max: MOST_ATTEMPTS, timeWindow: 60_000 };
  api.post(
    '/api/sign-in',
    {
      config: { ...needs('public').config, rateLimit },
      schema: { tags, summary: 'Open a session, kept in a cookie', body: signIn, response: { 204: nothing } },
    },
    async ({ body: { name, password }, protocol, log }, reply) => {
      const { secret, seconds } = await credentials.signIn(name, password);
      log.info({ name }, 'signed in');
      return reply
        .code(204)
        .header('set-cookie', sessionCookie(secret, seconds, protocol === 'https'))
        .send();
    },
  );

  const end = { tags, summary: 'End the session', response: { 204: nothing } };
  api.post('/api/sign-out', { ...needs('public'), schema: end }, ({ headers, protocol }, reply) => {
    credentials.signOut(headers.cookie ?? '');
    return reply
      .code(204)
      .header('set-cookie', sessionCookie('', 0, protocol === 'https'))
      .send();
  });
}
