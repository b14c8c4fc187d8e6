import { Redis } from 'ioredis';
import { DaylitError } from '../core/errors.js';
import { within } from './patience.js';
import type { QueueAddress } from './queue-address.js';

/** How long a command waits for Redis before it says that there is none. */
const PATIENCE_MS = 5000;

/**
 * Resolves when Redis answers; a worker that runs already is more patient, a command wants to know.
 * @throws DaylitError QUEUE_UNREACHABLE, with what Redis or the network said last
 */
export async function reachable(redis: Redis, { label }: Pick<QueueAddress, 'label'>): Promise<void> {
  let last: string | undefined;
  const remember = (error: Error): void => {
    last = error.message;
  };
  redis.on('error', remember);
  try {
    await within(PATIENCE_MS, redis.ping());
  } catch (thrown) {
    throw new DaylitError('QUEUE_UNREACHABLE', `${label}: ${last ?? DaylitError.from(thrown).message}`);
  } finally {
    redis.off('error', remember);
  }
}

/**
 * A connection that answers, and comes back by itself when Redis was away.
 * @throws DaylitError QUEUE_UNREACHABLE
 */
export async function connected(queue: QueueAddress): Promise<Redis> {
  const redis = new Redis(queue.options);
  // `reachable` tells at first; later what is asked of it fails, or waits.
  redis.on('error', () => undefined);
  try {
    await reachable(redis, queue);
    return redis;
  } catch (thrown) {
    redis.disconnect();
    throw thrown;
  }
}
