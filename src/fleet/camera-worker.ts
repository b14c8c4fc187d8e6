import { DelayedError, UnrecoverableError, Worker, type Job } from 'bullmq';
import type { Redis } from 'ioredis';
import { openCamera, type Camera } from '../camera.js';
import { systemClock } from '../core/clock.js';
import { DaylitError } from '../core/errors.js';
import { present } from '../core/present.js';
import { checkedTarget } from './allowed-roots.js';
import {
  CAMERA_QUEUE,
  cameraJobSchema,
  fencedTarget,
  FENCES_KEY,
  FENCING_LOG_KEY,
  WANTED_KEY,
  type CameraJob,
} from './camera-job.js';
import { InHand } from './in-hand.js';
import { Lease, LEASE_MS, type Renewal } from './lease.js';
import { within } from './patience.js';
import { opened, type SignedPayload } from './signed.js';
import type { WorkerOptions } from './worker-options.js';

const STALLED_CHECK_MS = 2000;
/** A camera changes hands as often as machines come and go. */
const ANY_NUMBER = Number.MAX_SAFE_INTEGER;
const LOG_ENTRIES = 10_000;
/** How long a worker that stops keeps showing a camera while another takes over. */
const HANDOVER_MS = 10_000;
const HANDOVER_CHECK_MS = 250;
/** A Redis that does not say within this that others may take over is away. */
const HANDOVER_PATIENCE_MS = 2000;

/** What a worker for cameras needs. */
export interface CameraWorkerOptions extends WorkerOptions {
  /** Cameras at once. */
  readonly cameras: number;
  readonly onEvent: (event: FenceEvent) => void;
  /** Told which cameras run here whenever that has changed. */
  readonly onCameras?: (cameras: readonly Camera[]) => void;
}

/** A camera taken or left. */
export interface FenceEvent {
  readonly camera: string;
  readonly fence: number;
  readonly what: 'taken' | 'lost' | 'unwanted' | 'given back' | 'failed';
  readonly detail?: string;
}

/** A camera that runs here, under its fencing token. */
export interface HeldCamera {
  readonly fence: number;
  readonly camera: Camera;
}

type Ending = 'lost' | 'unwanted' | 'given back';

/**
 * Runs cameras of the fleet, as many as this machine has room for, each under a lease and a fencing token that rises
 * with every holder and stands in the names of all its outputs (Kleppmann 2016).
 */
export class CameraWorker {
  readonly #options: CameraWorkerOptions;
  readonly #worker: Worker<SignedPayload>;
  readonly #held = new Map<string, HeldCamera>();
  readonly #stop = new AbortController();
  readonly #inHand = new InHand();
  #mayTake: NodeJS.Timeout | undefined;

  constructor(options: CameraWorkerOptions) {
    this.#options = options;
    this.#worker = new Worker(CAMERA_QUEUE, (job, token) => this.#inHand.follow(this.#hold(job, token ?? '')), {
      ...{ connection: options.queue.options, concurrency: options.cameras, name: options.name },
      ...{ lockDuration: LEASE_MS, stalledInterval: STALLED_CHECK_MS, maxStalledCount: ANY_NUMBER },
      skipLockRenewal: true, // by the lease, which must know how it went
    });
    this.#worker.on('error', () => undefined);
    options.redis.on('close', this.#onAway).on('ready', this.#onBack);
  }

  /** A Redis that comes back finds all leases run out: before others are given cameras, their holders may renew. */
  readonly #onAway = (): void => {
    clearTimeout(this.#mayTake);
    void this.#worker.pause(true);
  };
  readonly #onBack = (): void => {
    clearTimeout(this.#mayTake);
    if (this.#worker.isPaused()) this.#mayTake = setTimeout(() => void this.#worker.resume(), LEASE_MS);
  };

  /** The cameras that run here now. */
  list(): readonly HeldCamera[] {
    return [...this.#held.values()];
  }

  /** Gives all cameras back, each shown until another worker shows it or some seconds are over. */
  async close(): Promise<void> {
    this.#stop.abort();
    clearTimeout(this.#mayTake);
    this.#options.redis.off('close', this.#onAway).off('ready', this.#onBack);
    await this.#inHand.finish(this.#worker, this.#options.redis);
  }

  async #hold(job: Job<SignedPayload>, token: string): Promise<void> {
    const { key, redis, machine, blobs, models, roots } = this.#options;
    let wanted: CameraJob;
    try {
      wanted = opened(job.data, CAMERA_QUEUE, key, cameraJobSchema);
    } catch (thrown) {
      throw new UnrecoverableError(DaylitError.from(thrown).message);
    }
    const { id, name, settings, photos, model } = wanted;
    if ((await redis.hget(WANTED_KEY, id)) !== job.id) return;
    const fence = await nextFence(redis, id);
    const tell = (what: FenceEvent['what'], detail?: string): void => {
      this.#tell({ camera: id, fence, what, ...present({ detail }) });
    };
    let over: (ending: Ending) => void = () => undefined;
    const ending = new Promise<Ending>((resolve) => (over = resolve));
    const renew = async (): Promise<Renewal> => {
      if (redis.status !== 'ready') throw new Error('Redis is away');
      if ((await redis.hget(WANTED_KEY, id)) !== job.id) over('unwanted');
      if ((await job.extendLock(token, LEASE_MS)) === 1) return 'held';
      // It ran out, while Redis was away or this machine stood still: whoever took it since has a greater token.
      if (Number(await redis.hget(FENCES_KEY, id)) !== fence) return 'lost';
      const lock = this.#worker.toKey(`${job.id ?? ''}:lock`);
      return (await redis.set(lock, token, 'PX', LEASE_MS, 'NX')) === 'OK' ? 'held' : 'lost';
    };
    const lease = new Lease(
      renew,
      () => {
        over('lost');
      },
      systemClock,
    );
    const giveBack = (): void => {
      over('given back');
    };
    this.#stop.signal.addEventListener('abort', giveBack);
    tell('taken');
    try {
      const references = await Promise.all(photos.map((sha256) => blobs.local(sha256)));
      const outputs = settings.outputs.map((target) => checkedTarget(fencedTarget(target, fence), roots));
      const camera = await openCamera(
        {
          ...{ id, ...present({ name }), ...present(settings), ...present(machine) },
          input: await checkedTarget(settings.input, roots),
          outputs: await Promise.all(outputs),
          ...(photos.length > 0 ? { references } : {}),
          ...(model === undefined ? {} : { model: await models.local(model) }),
        },
        [],
        { mayShow: () => lease.mayShow() },
      );
      this.#held.set(id, { fence, camera });
      this.#tellCameras();
      try {
        if (this.#stop.signal.aborted) giveBack();
        const how = await ending;
        if (how === 'given back') {
          lease.handOver();
          await this.#handOver(job, token, id, fence);
        }
        lease.end();
        tell(how);
        if (how === 'given back') throw new DelayedError();
      } finally {
        this.#held.delete(id);
        this.#tellCameras();
        await camera.close();
      }
    } catch (thrown) {
      if (thrown instanceof DelayedError) throw thrown;
      tell('failed', DaylitError.from(thrown).message);
      throw thrown;
    } finally {
      lease.end();
      this.#stop.signal.removeEventListener('abort', giveBack);
    }
  }

  /** Lets others take the camera and goes on showing it until one does, under another name of course. */
  async #handOver(job: Job, token: string, id: string, fence: number): Promise<void> {
    const until = systemClock.now() + HANDOVER_MS;
    try {
      await within(HANDOVER_PATIENCE_MS, job.moveToDelayed(Date.now(), token));
      while (systemClock.now() < until) {
        if (Number(await within(HANDOVER_PATIENCE_MS, this.#options.redis.hget(FENCES_KEY, id))) > fence) return;
        await new Promise((resolve) => setTimeout(resolve, HANDOVER_CHECK_MS));
      }
    } catch {
      // Redis is away: the lease runs out by itself.
    }
  }

  #tellCameras(): void {
    this.#options.onCameras?.(this.list().map(({ camera }) => camera));
  }

  #tell(event: FenceEvent): void {
    const { redis, name, onEvent } = this.#options;
    onEvent(event);
    const entry = ['worker', name, 'camera', event.camera, 'fence', String(event.fence), 'what', event.what];
    redis.xadd(FENCING_LOG_KEY, 'MAXLEN', '~', LOG_ENTRIES, '*', ...entry).catch(() => undefined);
  }
}

/**
 * A token greater than all before it. Counting begins with the time in seconds, so that a Redis that has forgotten
 * its tokens gives out none again; no camera changes hands once a second.
 */
async function nextFence(redis: Redis, camera: string): Promise<number> {
  const [seconds = 0] = await redis.time();
  await redis.hsetnx(FENCES_KEY, camera, seconds);
  return redis.hincrby(FENCES_KEY, camera, 1);
}
