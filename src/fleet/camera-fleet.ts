import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import type { CameraSettings } from '../cameras/schema.js';
import { BlobStore } from './blob-store.js';
import { CAMERA_QUEUE, cameraJobOf, fencedTarget, jobIdOf, WANTED_KEY } from './camera-job.js';
import { leave } from './leaving.js';
import { ModelStore } from './model-store.js';
import type { QueueAddress } from './queue-address.js';
import { reachable } from './reachable.js';
import { sign, type SignedPayload } from './signed.js';

/** Milliseconds between two tries of a camera that could not even begin. */
const AGAIN_MS = 5000;
const ALWAYS = 1_000_000_000;

/** What applying a file changed. */
export interface FleetChange {
  readonly started: readonly string[];
  readonly ended: readonly string[];
  readonly untouched: readonly string[];
}

/**
 * The cameras that the fleet is to run. Applying a list again mends what a Redis without persistence has forgotten,
 * and leaves alone what is as it should be.
 */
export class CameraFleet {
  readonly #queue: QueueAddress;
  readonly #key: string;
  readonly #redis: Redis;
  readonly #jobs: Queue<SignedPayload>;

  constructor({ queue, key }: { readonly queue: QueueAddress; readonly key: string }) {
    this.#queue = queue;
    this.#key = key;
    this.#redis = new Redis(queue.options);
    this.#jobs = new Queue(CAMERA_QUEUE, { connection: queue.options });
    this.#redis.on('error', () => undefined);
    this.#jobs.on('error', () => undefined);
  }

  /** @throws DaylitError QUEUE_UNREACHABLE, JOB_REFUSED, REFERENCE_UNREADABLE; then nothing has changed */
  async apply(cameras: readonly CameraSettings[]): Promise<FleetChange> {
    await reachable(this.#redis, this.#queue);
    const blobs = new BlobStore(this.#redis);
    const models = new ModelStore(blobs);
    const wanted = await Promise.all(
      cameras.map(async (camera) => {
        const photos = await Promise.all((camera.references ?? []).map((photo) => blobs.put(photo)));
        const model = camera.model === undefined ? undefined : await models.put(camera.model);
        const job = cameraJobOf(camera, photos, model);
        for (const target of job.settings.outputs) fencedTarget(target, 0); // refuses what no worker could do
        return { job, id: jobIdOf(job) };
      }),
    );
    const before = await this.#redis.hgetall(WANTED_KEY);
    const ids = new Set(wanted.map(({ job }) => job.id));
    const ended = Object.keys(before).filter((id) => !ids.has(id));
    if (ended.length > 0) await this.#redis.hdel(WANTED_KEY, ...ended);
    const started: string[] = [];
    for (const { job, id } of wanted) {
      await this.#redis.hset(WANTED_KEY, job.id, id);
      const known = await this.#jobs.getJob(id);
      if (known !== undefined && !(await known.isFailed())) continue;
      // Refused, as by a worker with another key: that may have been mended.
      await known?.remove();
      await this.#jobs.add(job.id, sign(job, CAMERA_QUEUE, this.#key), {
        ...{ jobId: id, attempts: ALWAYS, backoff: { type: 'fixed', delay: AGAIN_MS, jitter: 0.5 } },
        // It ends only when it is no longer wanted, and may be wanted again.
        removeOnComplete: true,
      });
      started.push(job.id);
    }
    return { started, ended, untouched: wanted.map(({ job }) => job.id).filter((id) => !started.includes(id)) };
  }

  async close(): Promise<void> {
    await leave(this.#redis, [this.#jobs]);
  }
}
