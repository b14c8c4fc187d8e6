import type { Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { within } from './patience.js';

/** How long Redis may take to write down how the last jobs went. */
const GOODBYE_MS = 10_000;

/** The jobs that a worker of the queue's library has in hand, as far as they are ours to end. */
export class InHand {
  readonly #jobs = new Set<Promise<unknown>>();

  async follow<T>(job: Promise<T>): Promise<T> {
    this.#jobs.add(job);
    try {
      return await job;
    } finally {
      this.#jobs.delete(job);
    }
  }

  /** Takes no more, lets those in hand end and closes the worker; a Redis that is away is not waited for. */
  async finish(worker: Worker, redis: Redis): Promise<void> {
    void worker.pause(true);
    while (this.#jobs.size > 0) await Promise.allSettled(this.#jobs);
    await within(GOODBYE_MS, worker.close(redis.status !== 'ready')).catch(() => undefined);
  }
}
