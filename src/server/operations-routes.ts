import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Camera } from '../camera.js';
import { needs } from './auth-access.js';
import { metricsOf } from './metrics.js';

const alive = z.object({ status: z.literal('alive') });
const readiness = z.object({
  status: z.enum(['ready', 'unready']),
  cameras: z
    .array(
      z.object({
        id: z.string(),
        ready: z.boolean(),
        state: z.string(),
        reason: z.string(),
        code: z.string().optional(),
      }),
    )
    .optional()
    .describe('For callers who may watch.'),
});

/** For those who run it: whether it lives, whether every camera shows pictures, and the numbers for Prometheus. */
export function addOperationsRoutes(app: FastifyInstance, cameras: readonly Camera[]): void {
  const tags = ['operations'];
  const lives = { tags, summary: 'Whether the process answers; nothing else', response: { 200: alive } };
  app.get('/livez', { ...needs('public'), schema: lives }, () => ({ status: 'alive' }));

  const ready = {
    ...{ tags, summary: 'Whether every camera shows pictures; 503 and why if one does not' },
    response: { 200: readiness, 503: readiness },
  };
  app.get('/readyz', { ...needs('public'), schema: ready }, ({ caller }, reply) => {
    const seen = cameras.map((camera) => {
      const { id, state, reason, code } = camera.status();
      // A camera that repeats its picture while it calibrates is well.
      return { id, ready: state === 'live' || state === 'frozen', state, reason, code };
    });
    const status = seen.every((camera) => camera.ready) ? 'ready' : 'unready';
    // Strangers learn whether, not which and why.
    return reply
      .code(status === 'ready' ? 200 : 503)
      .send({ status, ...(caller === undefined ? {} : { cameras: seen }) });
  });

  const registry = metricsOf(cameras);
  const numbers = {
    ...{ tags, summary: 'The numbers for Prometheus' },
    response: { 200: { description: 'Text', content: { 'text/plain': { schema: { type: 'string' } } } } },
  };
  app.get('/metrics', { ...needs('view'), schema: numbers }, async (_, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  );
}
