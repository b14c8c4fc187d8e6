import { availableParallelism } from 'node:os';
import { BufferPool } from '../core/buffer-pool.js';
import type { Colorizer } from '../core/contracts.js';
import { DaylitError } from '../core/errors.js';
import { silent, type Notify } from '../core/notices.js';
import { stateLength } from './kept-state.js';
import { Lanes, type OnRun } from './lanes.js';
import type { LastingThread } from './lasting-thread.js';
import type { KeyedTokens } from './tokens.js';
import type { Started } from './worker-messages.js';
import { GuidedStream, type OnnxStream } from './guided-stream.js';
import type { Manifest } from './manifest.js';
import { openModel, type ModelOptions } from './open-model.js';
import type { Precision } from './precision.js';
import type { Refusal } from './providers.js';
import { paddedSize } from './tensors.js';
import { RunAhead } from './run-ahead.js';
import type { Reference } from './reference-photo.js';

/** More share one memory bus, and gain little. */
const MOST_WORKERS = 4;

export interface ColorizerOptions extends ModelOptions {
  /** Daylight photos: paths, or rgb24 pixels. None: the model's learned colours. */
  readonly references?: readonly Reference[];
  /** Told the milliseconds that each frame took in the model, and in which of its threads, from 0. */
  readonly onRun?: OnRun;
  /** Where pictures' memory comes from and goes back to. */
  readonly pool?: BufferPool;
}

/** What colours, for people and metadata. */
export interface ModelInfo {
  readonly name: string;
  readonly version: string;
  /** Parameters of both graphs. */
  readonly parameters: number;
  readonly licence: Manifest['licence'];
  /** The gain control that the model was trained behind. */
  readonly thermal: Manifest['thermal'];
  readonly provider: string;
  readonly precision: Precision;
  readonly refusals: readonly Refusal[];
  /** How many photos streams without their own are coloured after. */
  readonly references: number;
}

/** How a stream is to be coloured. */
export interface OnnxStreamOptions {
  /** 0 (each frame alone) to 1 (colours held wherever the thermal picture stands still). */
  readonly smoothing: number;
  /** Daylight photos of the stream's own; left out: the colorizer's. */
  readonly references?: readonly Reference[];
}

/** The colorizer that runs the network, in threads of its own, for any number of streams. */
export interface OnnxColorizer extends Colorizer {
  readonly info: ModelInfo;
  /** Opens a stream. Photos of its own are encoded once, whoever else uses them. @throws DaylitError OPTION_INVALID */
  stream(options: OnnxStreamOptions): OnnxStream;
  /**
   * Sets what the streams without photos of their own are coloured after, from their next frames on.
   * @throws DaylitError REFERENCE_UNREADABLE, MODEL_FAILED, WORKER_DIED; then the photos before stay.
   */
  useReferences(references: readonly Reference[]): Promise<void>;
}

/**
 * Loads the model, finds a device, encodes the references, and is then ready for any number of streams. Frames wait
 * in order of arrival, streams taking turns; `close()` lets the frame under way finish, refuses those that wait
 * (INTERRUPTED) and ends the thread. A thread that dies, or whose device is lost, fails its frames (WORKER_DIED,
 * MODEL_FAILED) and is begun anew with growing pauses; streams and their photos outlast it.
 *
 * @throws DaylitError MODEL_NOT_FOUND, MODEL_INVALID, MODEL_TAMPERED, MODEL_FAILED, PROVIDER_UNAVAILABLE,
 *   REFERENCE_UNREADABLE, WORKER_DIED
 */
export async function createColorizer(options: ColorizerOptions = {}): Promise<OnnxColorizer> {
  const { references = [], pool = new BufferPool(), onRun = () => undefined } = options;
  const { client, manifest, mostAhead, started, encode } = await openModel(options);
  const encodeAll = async (wanted: readonly Reference[]): Promise<readonly KeyedTokens[]> => {
    const encodings = await Promise.all(wanted.map(encode));
    return encodings.map(({ key, tokens }) => ({ key, tokens }));
  };
  let lanes: Lanes | RunAhead | undefined;
  try {
    const [first, photos] = await Promise.all([started, encodeAll(references)]);
    const begin = (): Promise<LastingThread> => another(options, first);
    const opened =
      mostAhead > 1 && first.provider === 'cpu'
        ? new RunAhead(client, {
            ...{ most: mostAhead, begin, pool, onRun },
            stateLength: (size) => stateLength(manifest, paddedSize(size, manifest.frameMultiple)),
          })
        : new Lanes(client, { ...{ begin, pool, onRun }, most: mostThreads(options, first) });
    lanes = opened;
    await opened.useCommon(photos);
    if (options.workers !== undefined && opened instanceof RunAhead) await opened.complete;
    let count = references.length;
    const { name, version, parameters, licence, thermal } = manifest;
    return {
      get info() {
        const { provider, precision, refusals } = client.started ?? first;
        return { name, version, parameters, licence, thermal, provider, precision, refusals, references: count };
      },
      stream: ({ smoothing, references: own }) => {
        if (!(smoothing >= 0 && smoothing <= 1)) {
          throw new DaylitError('OPTION_INVALID', `smoothing ${smoothing}: 0 to 1`);
        }
        return new GuidedStream(opened.stream(smoothing), encodeAll, own);
      },
      useReferences: async (wanted) => {
        await opened.useCommon(await encodeAll(wanted));
        count = wanted.length;
      },
      close: () => opened.close(),
    };
  } catch (thrown) {
    await (lanes?.close() ?? client.close());
    throw thrown;
  }
}

/** One for each core that the operators' own threads leave, on the cpu; a GPU has one queue anyway. */
function mostThreads({ workers }: ColorizerOptions, { provider, threads }: Started): number {
  if (workers !== undefined) return workers;
  return provider === 'cpu' ? Math.min(MOST_WORKERS, Math.max(1, Math.floor(availableParallelism() / threads))) : 1;
}

/** A further thread like the first: nothing is measured or told again, but for its loss. */
async function another(options: ColorizerOptions, { provider, precision, threads }: Started): Promise<LastingThread> {
  const { notify = silent } = options;
  const tell: Notify = (notice) => {
    if (notice.kind === 'model-lost' || notice.kind === 'model-back') notify(notice);
  };
  const { client, started } = await openModel({ ...options, device: provider, precision, threads, notify: tell });
  try {
    await started;
    return client;
  } catch (thrown) {
    await client.close();
    throw thrown;
  }
}
