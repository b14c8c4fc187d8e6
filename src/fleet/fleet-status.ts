import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { ARCHIVE_QUEUE, type JobProgress, type JobResult } from './archive-job.js';
import { CAMERA_QUEUE, WANTED_KEY } from './camera-job.js';
import { present } from '../core/present.js';
import { livingWorkers, type WorkerStatus } from './heartbeat.js';
import { leave } from './leaving.js';
import type { QueueAddress } from './queue-address.js';
import { reachable } from './reachable.js';
import type { SignedPayload } from './signed.js';
import { WholeProgress, type Whole } from './whole-progress.js';

/** Dead letters that are shown. */
const MOST_SHOWN = 100;

/** How many jobs stand where. */
export interface JobCounts {
  readonly waiting: number;
  readonly active: number;
  readonly done: number;
  readonly dead: number;
}

/** The whole fleet at one moment. */
export interface FleetStatus {
  readonly workers: readonly WorkerStatus[];
  readonly jobs: JobCounts;
  /** Of the jobs in hand, frames so far. */
  readonly progress: readonly (JobProgress & { readonly id: string })[];
  /** How far all batches are that are not done; left out where none is. */
  readonly whole?: Whole;
  readonly deadLetters: readonly { readonly id: string; readonly queue: string; readonly reason: string }[];
  readonly cameras: {
    readonly wanted: readonly string[];
    /** Wanted, but run by nobody. */
    readonly without: readonly string[];
  };
}

/** Looks at the fleet through its queue; keeps its connections until it is closed. */
export class FleetWatch {
  readonly #redis: Redis;
  readonly #queue: QueueAddress;
  readonly #archive: Queue<SignedPayload, JobResult>;
  readonly #cameras: Queue<SignedPayload>;
  readonly #whole: WholeProgress;

  constructor(queue: QueueAddress) {
    this.#queue = queue;
    this.#redis = new Redis(queue.options);
    this.#archive = new Queue(ARCHIVE_QUEUE, { connection: queue.options });
    this.#cameras = new Queue(CAMERA_QUEUE, { connection: queue.options });
    this.#whole = new WholeProgress(this.#archive, this.#redis);
    const untold = (): undefined => undefined; // `reachable` tells
    this.#redis.on('error', untold);
    this.#archive.on('error', untold);
    this.#cameras.on('error', untold);
  }

  /** @throws DaylitError QUEUE_UNREACHABLE */
  async look(): Promise<FleetStatus> {
    await reachable(this.#redis, this.#queue);
    const [workers, counts, active, failed, failedCameras, wanted] = await Promise.all([
      livingWorkers(this.#redis),
      this.#archive.getJobCounts('waiting', 'delayed', 'waiting-children', 'active', 'completed', 'failed'),
      this.#archive.getActive(0, MOST_SHOWN),
      this.#archive.getFailed(0, MOST_SHOWN),
      this.#cameras.getFailed(0, MOST_SHOWN),
      this.#redis.hkeys(WANTED_KEY),
    ]);
    const of = (...states: string[]): number => states.reduce((sum, state) => sum + (counts[state] ?? 0), 0);
    const whole = await this.#whole.look(
      active.map(({ id = '', progress }) => ({ id, frames: framesOf(progress).frames })),
      workers.reduce((sum, { colouring = 0 }) => sum + colouring, 0),
    );
    const running = new Set(workers.flatMap(({ cameras }) => cameras.map(({ id }) => id)));
    return {
      workers,
      jobs: {
        waiting: of('waiting', 'delayed', 'waiting-children'),
        active: of('active'),
        done: of('completed'),
        dead: of('failed'),
      },
      progress: active.map(({ id = '', progress }) => ({ id, ...framesOf(progress) })),
      ...present({ whole }),
      deadLetters: [...failed, ...failedCameras].map(({ id = '', queueName, failedReason }) => {
        return { id, queue: queueName, reason: failedReason };
      }),
      cameras: { wanted: wanted.sort(), without: wanted.filter((id) => !running.has(id)) },
    };
  }

  /** Gives dead letters of recordings another try. @returns how many */
  async retryDead(): Promise<number> {
    await reachable(this.#redis, this.#queue);
    const dead = await this.#archive.getFailed();
    await Promise.all(dead.map((job) => job.retry('failed', { resetAttemptsMade: true })));
    return dead.length;
  }

  async close(): Promise<void> {
    await leave(this.#redis, [this.#archive, this.#cameras]);
  }
}

function framesOf(progress: unknown): JobProgress {
  const { frames, of } = progress as Partial<JobProgress>;
  return { frames: typeof frames === 'number' ? frames : 0, ...(typeof of === 'number' ? { of } : {}) };
}
