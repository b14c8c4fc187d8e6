import type { Redis } from 'ioredis';
import { z } from 'zod';

const BEAT_EVERY_MS = 2000;
/** A worker that has not been heard of for so long is gone. */
const FORGOTTEN_AFTER_MS = 10_000;
const PREFIX = 'daylit:worker:';

const cameraSchema = z.object({
  id: z.string(),
  fence: z.int(),
  state: z.string(),
  fps: z.number(),
  dropped: z.number(),
  /** Milliseconds from arrival to coloured, 95th percentile. */
  ageMs: z.number().optional(),
});

/** What a worker says of itself, every two seconds. */
export const workerStatusSchema = z.object({
  name: z.string(),
  host: z.string(),
  version: z.string(),
  /** Unix milliseconds. */
  since: z.number(),
  /** Jobs and cameras that it does at once. */
  room: z.object({ jobs: z.int(), cameras: z.int() }),
  /** Frames of 640×512 a second through its model, where cameras were placed by that. */
  framesPerSecond: z.number().optional(),
  /** Frames a second of recordings that it colours now. */
  colouring: z.number().optional(),
  /** Outputs of the jobs in hand. */
  jobs: z.array(z.string()),
  cameras: z.array(cameraSchema),
  /** Where its own page is, for those who watch. */
  address: z.string().optional(),
});

export type WorkerStatus = z.output<typeof workerStatusSchema>;

/** Says that a worker is alive until it is ended. */
export class Heartbeat {
  readonly #timer: NodeJS.Timeout;

  constructor(
    private readonly redis: Redis,
    private readonly status: () => WorkerStatus,
  ) {
    this.#timer = setInterval(() => {
      this.#beat();
    }, BEAT_EVERY_MS);
    this.#beat();
  }

  async end(): Promise<void> {
    clearInterval(this.#timer);
    // Where Redis is away, it forgets by itself.
    if (this.redis.status === 'ready') await this.redis.del(PREFIX + this.status().name);
  }

  #beat(): void {
    // Beats that Redis misses while it is away must not come all at once when it is back.
    if (this.redis.status !== 'ready') return;
    const status = this.status();
    this.redis.set(PREFIX + status.name, JSON.stringify(status), 'PX', FORGOTTEN_AFTER_MS).catch(() => undefined);
  }
}

/** Every worker that is alive, by name. */
export async function livingWorkers(redis: Redis): Promise<readonly WorkerStatus[]> {
  const keys: string[] = [];
  for await (const found of redis.scanStream({ match: `${PREFIX}*`, count: 200 })) keys.push(...(found as string[]));
  if (keys.length === 0) return [];
  const texts = await redis.mget(keys);
  return texts
    .flatMap((text) => {
      const result = workerStatusSchema.safeParse(text === null ? undefined : JSON.parse(text));
      return result.success ? [result.data] : [];
    })
    .sort((a, b) => a.name.localeCompare(b.name));
}
