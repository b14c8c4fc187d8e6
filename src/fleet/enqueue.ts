import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname, extname } from 'node:path/posix';
import { pipeline } from 'node:stream/promises';
import { FlowProducer, Queue, type FlowJob, type JobsOptions } from 'bullmq';
import { Redis } from 'ioredis';
import { DaylitError } from '../core/errors.js';
import { present } from '../core/present.js';
import { modelIdentity } from '../model-identity.js';
import { parseJob } from '../config.js';
import {
  planParts,
  recordingLength,
  recordingTone,
  type PartPlan,
  type RecordingLength,
  type RecordingTone,
} from '../recording-parts.js';
import { ARCHIVE_QUEUE, type ArchiveJob, type BatchColours, type JobResult } from './archive-job.js';
import { batchFiles } from './batch-files.js';
import { BlobStore } from './blob-store.js';
import { leave } from './leaving.js';
import { ModelStore } from './model-store.js';
import type { QueueAddress } from './queue-address.js';
import { isInBucket, objectAddress } from './object-address.js';
import { ObjectStore, type ObjectStoreAccess } from './object-store.js';
import { reachable } from './reachable.js';
import { sign, type SignedPayload } from './signed.js';

/** A recording is split where it is longer than so many parts. */
const WORTH_SPLITTING = 1.5;

const JOB: JobsOptions = {
  attempts: 4,
  backoff: { type: 'exponential', delay: 2000, jitter: 0.5 },
  removeOnComplete: { age: 7 * 24 * 3600 },
};

/** A batch of recordings to be coloured. */
export interface Batch {
  /** Files, folders or globs. */
  readonly inputs: readonly string[];
  /** Where results go, a folder or `s3://bucket/prefix`, laid out as the recordings are below what they have in common. */
  readonly output: string;
  readonly photos: readonly string[];
  readonly colours: BatchColours;
  /** Folder of another model than the one that ships; workers get it through the queue. */
  readonly model?: string;
  /** Seconds of one part of a long recording. */
  readonly partSeconds: number;
  readonly ffmpeg?: string;
}

/** What became of one recording. */
export interface Enqueued {
  readonly id: string;
  readonly input: string;
  readonly output: string;
  readonly parts: number;
  /** `known`: the same work is in the queue, or done, already; `again`: it was done, but its result is gone. */
  readonly state: 'new' | 'known' | 'again';
}

/** With what a batch is put into the queue. */
export interface EnqueueAccess {
  readonly queue: QueueAddress;
  readonly key: string;
  /** How to see whether results in a bucket are still there; without it, those of jobs that are done are taken to be. */
  readonly objects?: ObjectStoreAccess;
}

/**
 * Puts recordings into the queue, each once: the job of a recording is named by its bytes, its colours and its output,
 * so the same batch again adds what is new, and what was done but is no longer there.
 *
 * @throws DaylitError INPUT_NOT_FOUND, OPTION_INVALID, QUEUE_UNREACHABLE
 */
export async function enqueue(
  batch: Batch,
  { queue, key, objects }: EnqueueAccess,
  onEach: (enqueued: Enqueued) => void,
): Promise<readonly Enqueued[]> {
  const files = batchFiles(batch.inputs, batch.output);
  // Refuses what no worker could do; to the file that it makes first, a bucket is no matter.
  const outputs = files.map(({ output }) => output.replace(/^s3:\//, ''));
  parseJob({ ...batch.colours, input: files.map(({ input }) => input), outputs });
  const store = objects === undefined ? undefined : new ObjectStore(objects);
  const redis = new Redis(queue.options);
  const jobs = new Queue<SignedPayload, JobResult>(ARCHIVE_QUEUE, { connection: queue.options });
  const flows = new FlowProducer({ connection: queue.options });
  const untold = (): undefined => undefined; // `reachable` tells
  redis.on('error', untold);
  jobs.on('error', untold);
  flows.on('error', untold);
  try {
    await reachable(redis, queue);
    const blobs = new BlobStore(redis);
    const photos = await Promise.all(batch.photos.map((photo) => blobs.put(photo)));
    const model = await modelOf(batch, blobs);
    const since = Date.now();
    const done: Enqueued[] = [];
    for (const { input, output } of files) {
      const content = await contentHash(input);
      const id = idOf([content, output, photos, batch.colours, model]);
      const earlier = await jobs.getJob(id);
      const isGone = earlier !== undefined && (await earlier.isCompleted()) && !(await isThere(output, store));
      if (isGone) await earlier.remove();
      const state = earlier === undefined ? 'new' : isGone ? 'again' : 'known';
      const recording = { id, content, input, output, photos, model, batch, since, key };
      const parts = state === 'known' ? 0 : await addJobs(recording, flows);
      const enqueued = { id, input, output, parts, state } as const;
      onEach(enqueued);
      done.push(enqueued);
    }
    return done;
  } finally {
    await leave(redis, [flows, jobs]);
  }
}

/** Whether a result that was made once is still where it was put. */
async function isThere(output: string, store: ObjectStore | undefined): Promise<boolean> {
  if (!isInBucket(output)) return (await stat(output).catch(() => undefined)) !== undefined;
  const address = objectAddress(output);
  return store === undefined || address === undefined || (await store.find(address)) !== undefined;
}

interface Recording {
  readonly id: string;
  readonly content: string;
  readonly input: string;
  readonly output: string;
  readonly photos: string[];
  readonly model: string | undefined;
  readonly batch: Batch;
  /** When the batch began to be put there, in Unix milliseconds. */
  readonly since: number;
  readonly key: string;
}

async function addJobs(
  { id, content, input, output, photos, model, batch, since, key }: Recording,
  flows: FlowProducer,
): Promise<number> {
  const job = (name: string, jobId: string, payload: ArchiveJob, children?: FlowJob[]): FlowJob => ({
    ...{ name, queueName: ARCHIVE_QUEUE, data: sign(payload, ARCHIVE_QUEUE, key) },
    // One time for the whole batch: by it `fleet status` knows what belongs together.
    opts: { ...JOB, jobId, timestamp: since },
    ...(children === undefined ? {} : { children }),
  });
  const common = { content, input, photos, colours: batch.colours };
  const colouring = { kind: 'colouring', ...common, ...present({ model }) } as const;
  const length = await recordingLength(input, batch.ffmpeg);
  if ((length?.seconds ?? 0) <= WORTH_SPLITTING * batch.partSeconds) {
    await flows.add(job('recording', id, { ...colouring, output, ...present({ frames: length?.frames }) }));
    return 1;
  }
  const plan = await planParts(input, batch.partSeconds, batch.ffmpeg);
  // What the start of the recording says holds for all parts: each for itself might judge otherwise.
  const colours = settled(batch.colours, await recordingTone(input, batch.ffmpeg));
  // `dirname` takes s3:// as a path, and leaves it as it is.
  const folder = `${dirname(output)}/.${basename(output)}.${id.slice(0, 8)}.parts`;
  const files = plan.parts.map(({ from, to }, index) => {
    return { path: `${folder}/${String(index).padStart(5, '0')}${extname(output)}`, from, to };
  });
  const frames = framesOfParts(plan, length);
  const children = files.map(({ path, from, to }, index) => {
    const part = { part: { from, to }, ...present({ frames: frames[index] }) };
    return withParent(job('part', `${id}-${index}`, { ...colouring, colours, output: path, ...part }));
  });
  const parts = files.map(({ path, from }) => ({ path, from }));
  await flows.add(job('join', id, { kind: 'joining', content, input, output, colours, folder, parts }, children));
  return parts.length;
}

/** About how many frames each part has, the last one whatever is left. */
function framesOfParts({ parts, timeBase }: PartPlan, length: RecordingLength | undefined): readonly number[] {
  if (length === undefined) return [];
  const each = ((length.frames / length.seconds) * timeBase.numerator) / timeBase.denominator;
  let left = length.frames;
  return parts.map(({ from, to }, index) => {
    const frames = index === parts.length - 1 ? left : Math.min(left, Math.round((to - from) * each));
    left -= frames;
    return frames;
  });
}

/** How jobs name the model that is to colour them all; nothing where a palette does. */
async function modelOf({ model, colours }: Batch, blobs: BlobStore): Promise<string | undefined> {
  if (colours.palette !== undefined) return undefined;
  return model === undefined ? (await modelIdentity()).sha256 : new ModelStore(blobs).put(model);
}

/** What is left to be found out, as the start of the recording has it. */
function settled(colours: BatchColours, tone: RecordingTone): BatchColours {
  const { polarity = 'auto', inputPalette = 'auto' } = colours;
  return {
    ...colours,
    polarity: polarity === 'auto' ? (tone.polarity ?? polarity) : polarity,
    inputPalette: inputPalette === 'auto' ? (tone.inputPalette ?? inputPalette) : inputPalette,
  };
}

/** A part that is given up takes the whole along: joined without it the recording would have a hole. */
function withParent(child: FlowJob): FlowJob {
  return { ...child, opts: { ...child.opts, failParentOnFailure: true } };
}

async function contentHash(path: string): Promise<string> {
  if (!(await stat(path)).isFile()) throw new DaylitError('INPUT_UNREADABLE', path);
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** Names a job by all that its result depends on. */
function idOf(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}
