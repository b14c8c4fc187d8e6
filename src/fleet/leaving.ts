import type { Redis } from 'ioredis';
import { within } from './patience.js';

/** How long a goodbye may take where Redis goes away in the midst of it. */
const GOODBYE_MS = 3000;

/** A part of the queue's library. */
export interface QueueUser {
  close(): Promise<void>;
  disconnect(): Promise<unknown>;
}

/** Leaves the queue; one that is away is not waited for. */
export async function leave(redis: Redis, users: readonly QueueUser[]): Promise<void> {
  const isThere = redis.status === 'ready';
  const closing = Promise.allSettled(users.map((user) => user.close()));
  if (isThere) await within(GOODBYE_MS, closing).catch(() => undefined);
  // After a close that waits for Redis to come back, nothing else ends its tries.
  for (const user of users) user.disconnect().catch(() => undefined);
  redis.disconnect();
}
