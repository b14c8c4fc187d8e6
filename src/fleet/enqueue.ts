import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname, extname, join, relative, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { FlowProducer, Queue, type FlowJob, type JobsOptions } from 'bullmq';
import { Redis } from 'ioredis';
import { globSync, isDynamicPattern } from 'tinyglobby';
import { DaylitError } from '../core/errors.js';
import { present } from '../core/present.js';
import { modelIdentity } from '../model-identity.js';
import { parseJob } from '../config.js';
import { planParts, recordingSeconds, recordingTone, type RecordingTone } from '../recording-parts.js';
import { ARCHIVE_QUEUE, type ArchiveJob, type BatchColours, type JobResult } from './archive-job.js';
import { BlobStore } from './blob-store.js';
import { leave } from './leaving.js';
import { ModelStore } from './model-store.js';
import type { QueueAddress } from './queue-address.js';
import { reachable } from './reachable.js';
import { sign, type SignedPayload } from './signed.js';

/** Video files that an archive of recordings holds. */
const RECORDINGS = new Set(['.mp4', '.mkv', '.mov', '.ts', '.avi', '.m4v', '.mpg']);
/** Endings that an output may have; other recordings become MP4. */
const KEPT_ENDINGS = new Set(['.mp4', '.mkv', '.mov', '.ts']);
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
  /** Folder of the results, laid out as the recordings are below what they have in common. */
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
  /** `known`: the same work is in the queue, or done, already. */
  readonly state: 'new' | 'known';
}

/**
 * Puts recordings into the queue, each once: the job of a recording is named by its bytes, its colours and its output,
 * so the same batch again adds what is new.
 *
 * @throws DaylitError INPUT_NOT_FOUND, OPTION_INVALID, QUEUE_UNREACHABLE
 */
export async function enqueue(
  batch: Batch,
  { queue, key }: { readonly queue: QueueAddress; readonly key: string },
  onEach: (enqueued: Enqueued) => void,
): Promise<readonly Enqueued[]> {
  if (batch.output.includes('://'))
    throw new DaylitError('OPTION_INVALID', `--output ${batch.output}: must be a folder that all workers share`);
  const folder = resolve(batch.output);
  const files = recordingsOf(batch.inputs, folder);
  const outputs = outputsOf(files, folder);
  parseJob({ ...batch.colours, input: [...files], outputs: [...outputs] }); // refuses what no worker could do
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
    const done: Enqueued[] = [];
    for (const [index, input] of files.entries()) {
      const output = outputs[index] ?? '';
      const content = await contentHash(input);
      const id = idOf([content, output, photos, batch.colours, model]);
      const known = (await jobs.getJob(id)) !== undefined;
      const parts = known ? 0 : await addJobs({ id, content, input, output, photos, model, batch, key }, flows);
      const enqueued = { id, input, output, parts, state: known ? 'known' : 'new' } as const;
      onEach(enqueued);
      done.push(enqueued);
    }
    return done;
  } finally {
    await leave(redis, [flows, jobs]);
  }
}

interface Recording {
  readonly id: string;
  readonly content: string;
  readonly input: string;
  readonly output: string;
  readonly photos: string[];
  readonly model: string | undefined;
  readonly batch: Batch;
  readonly key: string;
}

async function addJobs(
  { id, content, input, output, photos, model, batch, key }: Recording,
  flows: FlowProducer,
): Promise<number> {
  const job = (name: string, jobId: string, payload: ArchiveJob, children?: FlowJob[]): FlowJob => ({
    ...{ name, queueName: ARCHIVE_QUEUE, data: sign(payload, ARCHIVE_QUEUE, key), opts: { ...JOB, jobId } },
    ...(children === undefined ? {} : { children }),
  });
  const common = { content, input, photos, colours: batch.colours };
  const colouring = { kind: 'colouring', ...common, ...present({ model }) } as const;
  const seconds = await recordingSeconds(input, batch.ffmpeg);
  if ((seconds ?? 0) <= WORTH_SPLITTING * batch.partSeconds) {
    await flows.add(job('recording', id, { ...colouring, output }));
    return 1;
  }
  const plan = await planParts(input, batch.partSeconds, batch.ffmpeg);
  // What the start of the recording says holds for all parts: each for itself might judge otherwise.
  const colours = settled(batch.colours, await recordingTone(input, batch.ffmpeg));
  const folder = join(dirname(output), `.${basename(output)}.${id.slice(0, 8)}.parts`);
  const files = plan.parts.map(({ from, to }, index) => {
    return { path: join(folder, `${String(index).padStart(5, '0')}${extname(output)}`), from, to };
  });
  const children = files.map(({ path, from, to }, index) =>
    withParent(job('part', `${id}-${index}`, { ...colouring, colours, output: path, part: { from, to } })),
  );
  const parts = files.map(({ path, from }) => ({ path, from }));
  await flows.add(job('join', id, { kind: 'joining', content, input, output, colours, folder, parts }, children));
  return parts.length;
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

/** What is named, without earlier results: the folder of the results may lie among the recordings. */
function recordingsOf(inputs: readonly string[], results: string): readonly string[] {
  const files = inputs.flatMap((input) => {
    const found = globSync(isDynamicPattern(input) ? input : [input, `${input}/**/*`], { absolute: true, dot: false });
    const recordings = found.filter(
      (path) => RECORDINGS.has(extname(path).toLowerCase()) && relative(results, path).startsWith('..'),
    );
    if (recordings.length === 0) throw new DaylitError('INPUT_NOT_FOUND', `${input} names no recordings`);
    return recordings;
  });
  return [...new Set(files)].sort();
}

function outputsOf(files: readonly string[], folder: string): readonly string[] {
  const base = files.map(dirname).reduce(commonFolder);
  const outputs = files.map((file) => {
    const ending = extname(file);
    const kept = KEPT_ENDINGS.has(ending.toLowerCase()) ? ending : '.mp4';
    return join(folder, relative(base, dirname(file)), basename(file, ending) + kept);
  });
  const twin = outputs.find((output, index) => outputs.indexOf(output) !== index);
  if (twin !== undefined) throw new DaylitError('OUTPUT_CONFLICT', twin);
  return outputs;
}

function commonFolder(a: string, b: string): string {
  return relative(a, b).startsWith('..') ? commonFolder(dirname(a), b) : a;
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
