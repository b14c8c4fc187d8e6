import { mkdir, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UnrecoverableError, Worker, type Job } from 'bullmq';
import { DaylitError, type ErrorCode } from '../core/errors.js';
import { present } from '../core/present.js';
import type { JobInput } from '../config.js';
import { colorizePart, joinParts } from '../recording-parts.js';
import {
  ARCHIVE_QUEUE,
  archiveJobSchema,
  type Colouring,
  type Joining,
  type JobProgress,
  type JobResult,
} from './archive-job.js';
import { InHand } from './in-hand.js';
import { within } from './patience.js';
import { opened, type SignedPayload } from './signed.js';
import type { WorkerOptions } from './worker-options.js';

/** Milliseconds after which a job whose worker does not renew its claim is another's. */
const LOCK_MS = 12_000;
const STALLED_CHECK_MS = 4000;
/** Workers that a job may take down with it before it counts as poisoned. */
const MOST_STALLS = 3;
const PROGRESS_EVERY_MS = 1000;
/** How long a worker whose disk is full leaves jobs to others. */
const REST_MS = 60_000;

/** Failures of this machine, not of the job: another try, perhaps elsewhere, may go well. */
const OF_THE_MACHINE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  ...(['OUTPUT_FULL', 'OUTPUT_UNWRITABLE', 'FFMPEG_FAILED', 'FFMPEG_NOT_FOUND', 'FFMPEG_UNSUPPORTED'] as const),
  ...(['MODEL_FAILED', 'WORKER_DIED', 'PROVIDER_UNAVAILABLE', 'INTERRUPTED', 'LEASE_LOST', 'INTERNAL'] as const),
  // A share that is not mounted here, a daylit of another version.
  ...(['INPUT_NOT_FOUND', 'MODEL_NOT_FOUND'] as const),
]);

/** What a worker for recordings needs. */
export interface ArchiveWorkerOptions extends WorkerOptions {
  /** Jobs at once. */
  readonly jobs: number;
  readonly onEvent: (event: ArchiveEvent) => void;
}

/** Something that happened to a job here. */
export interface ArchiveEvent {
  readonly job: string;
  readonly what: 'begun' | 'done' | 'failed' | 'resting';
  readonly detail: string;
}

/**
 * Takes recordings, parts and joinings from the queue, one after another, until it is closed. Results get their names
 * only while the claim on the job holds, so a worker that stood still never writes over what another made meanwhile.
 */
export class ArchiveWorker {
  readonly #options: ArchiveWorkerOptions;
  readonly #worker: Worker<SignedPayload, JobResult>;
  readonly #stop = new AbortController();
  readonly #inHand = new InHand();
  #resting: NodeJS.Timeout | undefined;

  constructor(options: ArchiveWorkerOptions) {
    this.#options = options;
    const settings = { lockDuration: LOCK_MS, stalledInterval: STALLED_CHECK_MS, maxStalledCount: MOST_STALLS };
    this.#worker = new Worker(ARCHIVE_QUEUE, (job, token) => this.#inHand.follow(this.#process(job, token ?? '')), {
      ...{ ...settings, connection: options.queue.options, concurrency: options.jobs, name: options.name },
    });
    // Redis going away is an event of the connection, told where it is watched; here it would be an exception.
    this.#worker.on('error', () => undefined);
    this.#worker.on('failed', (job, error) => {
      options.onEvent({ job: job?.id ?? '?', what: 'failed', detail: error.message });
    });
  }

  /** Takes no more jobs and finishes those in hand; `now`: gives them back unfinished. */
  async close(now: boolean): Promise<void> {
    clearTimeout(this.#resting);
    if (now) this.#stop.abort();
    await this.#inHand.finish(this.#worker, this.#options.redis);
  }

  async #process(job: Job<SignedPayload, JobResult>, token: string): Promise<JobResult> {
    const { key, onEvent } = this.#options;
    try {
      const work = opened(job.data, ARCHIVE_QUEUE, key, archiveJobSchema);
      onEvent({ job: job.id ?? '', what: 'begun', detail: work.output });
      const mayFinish = async (): Promise<void> => {
        // Where Redis does not answer for so long, the claim has run out anyway.
        const isHeld = within(LOCK_MS, job.extendLock(token, LOCK_MS)).catch(() => 0);
        if ((await isHeld) !== 1) throw new DaylitError('LEASE_LOST', work.output);
      };
      const done =
        work.kind === 'joining' ? await this.#join(work, mayFinish) : await this.#colour(work, job, mayFinish);
      onEvent({ job: job.id ?? '', what: 'done', detail: work.output });
      return { ...done, worker: this.#options.name };
    } catch (thrown) {
      throw this.#judged(DaylitError.from(thrown));
    }
  }

  async #colour(
    { input, output, photos, colours, part, model }: Colouring,
    job: Job,
    mayFinish: () => Promise<void>,
  ): Promise<Omit<JobResult, 'worker'>> {
    const { blobs, models, machine } = this.#options;
    const places = await this.#places(input, output);
    const references = await Promise.all(photos.map((sha256) => blobs.local(sha256)));
    const folder = model === undefined ? {} : { model: await models.local(model) };
    let told = 0;
    const summary = await colorizePart(
      { ...present(machine), ...present(colours), ...places, ...folder, references, overwrite: true },
      part,
      {
        mayFinish,
        abort: this.#stop.signal,
        onProgress: ({ frames, of, elapsedMs }) => {
          if (elapsedMs < told) return;
          told = elapsedMs + PROGRESS_EVERY_MS;
          job.updateProgress(present({ frames, of }) satisfies JobProgress).catch(() => undefined);
        },
      },
    );
    const [report] = summary.outputs;
    return { frames: report?.frames ?? 0, bytes: report?.bytes ?? 0 };
  }

  async #join(
    { input, output, colours, parts, folder }: Joining,
    mayFinish: () => Promise<void>,
  ): Promise<Omit<JobResult, 'worker'>> {
    const { roots, machine } = this.#options;
    const job = { ...present(machine), ...present(colours), ...(await this.#places(input, output)), overwrite: true };
    const files = await Promise.all(parts.map(async ({ path, from }) => ({ path: await roots.check(path), from })));
    const scratch = await roots.check(folder);
    // It goes with all that is in it.
    if (files.some(({ path }) => dirname(path) !== scratch))
      throw new DaylitError('JOB_REFUSED', `${folder} is not where the parts are`);
    const found = await Promise.all(files.map(({ path }) => stat(path).catch(() => undefined)));
    // Another worker may have joined them already, right before it lost its claim.
    if (found.includes(undefined)) {
      const joined = await stat(output).catch(() => undefined);
      if (joined === undefined) throw new DaylitError('INPUT_NOT_FOUND', `a part of ${output}`);
      return { frames: 0, bytes: joined.size };
    }
    const bytes = await joinParts(job, files, { mayFinish, abort: this.#stop.signal });
    await rm(scratch, { recursive: true, force: true });
    return { frames: 0, bytes };
  }

  async #places(input: string, output: string): Promise<Pick<JobInput, 'input' | 'outputs'>> {
    const { roots } = this.#options;
    const [from, to] = [await roots.check(input), await roots.check(output)];
    await mkdir(dirname(to), { recursive: true });
    return { input: [from], outputs: [to] };
  }

  /** What becomes of a failed job: another try, or the dead letters at once. */
  #judged(error: DaylitError): Error {
    if (error.code === 'OUTPUT_FULL') this.#rest();
    return OF_THE_MACHINE.has(error.code) ? error : new UnrecoverableError(`${error.code}: ${error.message}`);
  }

  #rest(): void {
    if (this.#resting !== undefined) return;
    this.#options.onEvent({
      job: '',
      what: 'resting',
      detail: 'the disk is full; jobs are left to others for a minute',
    });
    void this.#worker.pause(true);
    this.#resting = setTimeout(() => {
      this.#resting = undefined;
      void this.#worker.resume();
    }, REST_MS);
  }
}
