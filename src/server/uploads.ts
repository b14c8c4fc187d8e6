import type { FastifyInstance } from 'fastify';
import { DaylitError } from '../core/errors.js';

/** Bodies beyond the ordinary that are taken in at once: each is held in memory as a whole. */
const MOST_AT_ONCE = 4;

/**
 * Bounds how many large bodies are taken in at once, over all routes that allow any. To be called before routes are
 * added.
 * @param ordinary bytes up to which a body is not counted
 */
export function limitUploads(app: FastifyInstance, ordinary: number): void {
  let underWay = 0;
  app.addHook('onRoute', (route) => {
    if ((route.bodyLimit ?? 0) <= ordinary) return;
    route.preParsing = [route.preParsing ?? []].flat().concat((_, reply, payload, done) => {
      if (underWay >= MOST_AT_ONCE) {
        done(new DaylitError('SERVER_FULL', `${underWay} photos are on their way`));
        return;
      }
      underWay += 1;
      reply.raw.once('close', () => (underWay -= 1));
      done(null, payload);
    });
  });
}
