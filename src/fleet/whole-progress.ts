import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { JobResult } from './archive-job.js';
import type { SignedPayload } from './signed.js';

/** How far all batches are that have jobs to be done. */
export interface Whole {
  readonly frames: number;
  /** Frames of all jobs, as far as they are known before. */
  readonly of: number;
  /** Jobs to be done whose recordings do not say how long they are. */
  readonly unknown: number;
  /** Of all workers together, by the last half minute. */
  readonly framesPerSecond: number;
  /** Left out while nothing moves. */
  readonly etaSeconds?: number;
}

/** A job to be done: how far it is, where it is in hand. */
interface InHandJob {
  readonly id: string;
  readonly frames: number;
}

/** What is remembered of a job: it does not change. */
interface Known {
  /** When its batch was put there. */
  readonly batch: number;
  readonly frames?: number;
}

/** Jobs that are asked for at once. */
const AT_ONCE = 500;
/** By how much the clocks of machines may differ. */
const CLOCKS_MS = 3_600_000;

/**
 * Adds up frames of jobs that are done, in hand and to come. Each job is read once; a second look costs a list of
 * names for each state.
 */
export class WholeProgress {
  #known = new Map<string, Known>();

  constructor(
    private readonly queue: Queue<SignedPayload, JobResult>,
    private readonly redis: Redis,
  ) {}

  /** @param framesPerSecond of all workers */
  async look(inHand: readonly InHandJob[], framesPerSecond: number): Promise<Whole | undefined> {
    const open = await this.queue.getRanges(['waiting', 'prioritized', 'delayed', 'waiting-children', 'active'], 0, -1);
    if (open.length === 0) return undefined;
    await this.#read(open);
    const openJobs = open.flatMap((id) => this.#known.get(id) ?? []);
    const batches = new Set(openJobs.map(({ batch }) => batch));
    const since = Math.min(...batches) - CLOCKS_MS;
    const done = await this.redis.zrangebyscore(this.queue.toKey('completed'), since, '+inf');
    await this.#read(done);
    const doneJobs = done.flatMap((id) => this.#known.get(id) ?? []).filter(({ batch }) => batches.has(batch));
    this.#forgetAllBut([...open, ...done]);
    const running = inHand.map(({ id, frames }) => Math.min(frames, this.#known.get(id)?.frames ?? frames));
    const frames = sum(doneJobs.map((job) => job.frames ?? 0)) + sum(running);
    const of = Math.max(frames, sum([...doneJobs, ...openJobs].map((job) => job.frames ?? 0)));
    const unknown = openJobs.filter((job) => job.frames === undefined).length;
    const eta = framesPerSecond > 0 ? { etaSeconds: (of - frames) / framesPerSecond } : {};
    return { frames, of, unknown, framesPerSecond, ...eta };
  }

  async #read(ids: readonly string[]): Promise<void> {
    const news = ids.filter((id) => !this.#known.has(id));
    for (let from = 0; from < news.length; from += AT_ONCE) {
      const jobs = await Promise.all(news.slice(from, from + AT_ONCE).map((id) => this.queue.getJob(id)));
      for (const job of jobs) {
        if (job?.id !== undefined) this.#known.set(job.id, { batch: job.timestamp, ...framesOf(job.data) });
      }
    }
  }

  #forgetAllBut(ids: readonly string[]): void {
    const kept = new Set(ids);
    this.#known = new Map([...this.#known].filter(([id]) => kept.has(id)));
  }
}

/** Frames that a job says it will have; it is only shown, so nobody's signature is asked for. */
function framesOf({ payload }: SignedPayload): Pick<Known, 'frames'> {
  try {
    const { kind, frames } = JSON.parse(payload) as { kind?: unknown; frames?: unknown };
    // Joining makes no frames.
    if (kind === 'joining') return { frames: 0 };
    return typeof frames === 'number' && frames >= 0 ? { frames } : {};
  } catch {
    return {};
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
