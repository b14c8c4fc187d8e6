import { dirname } from 'node:path/posix';
import { UnrecoverableError, Worker, type Job } from 'bullmq';
import { DaylitError, type ErrorCode } from '../core/errors.js';
import { present } from '../core/present.js';
import { colorizePart, joinParts, type PartHooks } from '../recording-parts.js';
import type { Colorizer } from '../core/contracts.js';
import { KeptColorizers } from '../kept-colorizers.js';
import {
  ARCHIVE_QUEUE,
  archiveJobSchema,
  markOf,
  type Colouring,
  type Joining,
  type JobProgress,
  type JobResult,
} from './archive-job.js';
import { InHand } from './in-hand.js';
import { isInBucket } from './object-address.js';
import { within } from './patience.js';
import { RecentRate } from './recent-rate.js';
import type { Making, Results } from './results.js';
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
  ...(['OUTPUT_FULL', 'OUTPUT_UNWRITABLE', 'OUTPUT_UNREACHABLE'] as const),
  ...(['FFMPEG_FAILED', 'FFMPEG_NOT_FOUND', 'FFMPEG_UNSUPPORTED'] as const),
  ...(['MODEL_FAILED', 'WORKER_DIED', 'PROVIDER_UNAVAILABLE', 'INTERRUPTED', 'LEASE_LOST', 'INTERNAL'] as const),
  // A share that is not mounted here, a daylit of another version.
  ...(['INPUT_NOT_FOUND', 'MODEL_NOT_FOUND'] as const),
]);

/** What a worker for recordings needs. */
export interface ArchiveWorkerOptions extends WorkerOptions {
  /** Jobs at once. */
  readonly jobs: number;
  readonly folders: Results;
  /** None on a machine that has no key for buckets. */
  readonly buckets?: Results;
  readonly onEvent: (event: ArchiveEvent) => void;
}

type Begun = Omit<Making<unknown>, 'make'>;
type Done = Omit<JobResult, 'worker'>;

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
  readonly #rate = new RecentRate();
  readonly #kept = new KeptColorizers();
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

  /** Of all jobs together, by the last half minute. */
  get framesPerSecond(): number {
    return this.#rate.perSecond(performance.now());
  }

  /** Takes no more jobs and finishes those in hand; `now`: gives them back unfinished. */
  async close(now: boolean): Promise<void> {
    clearTimeout(this.#resting);
    if (now) this.#stop.abort();
    await this.#inHand.finish(this.#worker, this.#options.redis);
    await this.#kept.close();
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
      const making = { mark: markOf(work), mayFinish, signal: this.#stop.signal };
      const done = work.kind === 'joining' ? await this.#join(work, making) : await this.#colour(work, job, making);
      onEvent({ job: job.id ?? '', what: 'done', detail: work.output });
      return { ...done, worker: this.#options.name };
    } catch (thrown) {
      throw this.#judged(DaylitError.from(thrown));
    }
  }

  async #colour({ input, output, photos, colours, part, model }: Colouring, job: Job, making: Begun): Promise<Done> {
    const { blobs, models, machine, roots } = this.#options;
    const results = this.#resultsFor(output);
    const made = await results.made(output, making.mark);
    if (made !== undefined) return { frames: 0, bytes: made };
    const recording = await roots.check(input);
    const references = await Promise.all(photos.map((sha256) => blobs.local(sha256)));
    const modelFolder = model === undefined ? undefined : await models.local(model);
    const settings = { ...present(machine), ...present(colours), ...present({ model: modelFolder }), overwrite: true };
    let [told, counted] = [0, 0];
    const onProgress: PartHooks['onProgress'] = ({ frames, of, elapsedMs }) => {
      this.#rate.add(frames - counted, performance.now());
      counted = frames;
      if (elapsedMs < told) return;
      told = elapsedMs + PROGRESS_EVERY_MS;
      job.updateProgress(present({ frames, of }) satisfies JobProgress).catch(() => undefined);
    };
    const coloured = (colorizer?: Colorizer): ReturnType<typeof colorizePart> =>
      results.write(output, {
        ...making,
        make: (path, mayFinish) => {
          const hooks = { ...present({ mayFinish }), abort: making.signal, onProgress };
          const job = { ...settings, references, input: [recording], outputs: [path] };
          return colorizePart(job, part, hooks, colorizer);
        },
      });
    const { device, threads } = machine;
    const choice = present({ modelFolder, device, threads, precision: colours.precision });
    const summary = await (model === undefined ? coloured() : this.#kept.use(model, choice, references, coloured));
    const [report] = summary.outputs;
    return { frames: report?.frames ?? 0, bytes: report?.bytes ?? 0 };
  }

  async #join({ input, output, colours, parts, folder }: Joining, making: Begun): Promise<Done> {
    const { roots, machine } = this.#options;
    // It goes with all that is in it.
    if (parts.some(({ path }) => dirname(path) !== folder))
      throw new DaylitError('JOB_REFUSED', `${folder} is not where the parts are`);
    const recording = await roots.check(input);
    const results = this.#resultsFor(output);
    const paths = parts.map(({ path }) => path);
    const joined = async (files: readonly string[]): Promise<number> => {
      const named = parts.map(({ from }, index) => ({ path: files[index] ?? '', from }));
      return results.write(output, {
        ...making,
        make: (path, mayFinish) => {
          const settings = { ...present(machine), ...present(colours), overwrite: true };
          const hooks = { ...present({ mayFinish }), abort: making.signal };
          return joinParts({ ...settings, input: [recording], outputs: [path] }, named, hooks);
        },
      });
    };
    const bytes = (await results.made(output, making.mark)) ?? (await results.read(paths, making.signal, joined));
    // Another worker may have joined them already, right before it lost its claim.
    if (bytes === undefined && !(await results.isThere(output)))
      throw new DaylitError('INPUT_NOT_FOUND', `a part of ${output}`);
    await results.remove(folder, paths);
    return { frames: 0, bytes: bytes ?? 0 };
  }

  #resultsFor(output: string): Results {
    const { folders, buckets } = this.#options;
    if (!isInBucket(output)) return folders;
    if (buckets === undefined) throw new DaylitError('JOB_REFUSED', `${output}: this worker has no --root in a bucket`);
    return buckets;
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
