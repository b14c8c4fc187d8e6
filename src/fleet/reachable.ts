import type { Redis } from 'ioredis';
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
