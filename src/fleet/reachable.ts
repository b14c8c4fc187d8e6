import type { Redis } from 'ioredis';
import { DaylitError } from '../core/errors.js';
import type { QueueAddress } from './queue-address.js';

/** How long a command waits for Redis before it says that there is none. */
const PATIENCE_MS = 5000;

/**
 * Resolves when Redis answers; a worker that runs already is more patient, a command wants to know.
 * @throws DaylitError QUEUE_UNREACHABLE, with what Redis or the network said last
 */
export async function reachable(redis: Redis, { label }: Pick<QueueAddress, 'label'>): Promise<void> {
  let last = 'no answer';
  const remember = (error: Error): void => {
    last = error.message;
  };
  redis.on('error', remember);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(last));
    }, PATIENCE_MS);
  });
  try {
    await Promise.race([redis.ping(), late]);
  } catch (thrown) {
    const reason = thrown instanceof Error && thrown.message !== '' ? thrown.message : last;
    redis.disconnect();
    throw new DaylitError('QUEUE_UNREACHABLE', `${label}: ${reason}`);
  } finally {
    clearTimeout(timer);
    redis.off('error', remember);
  }
}
