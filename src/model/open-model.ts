import { availableParallelism } from 'node:os';
import { DaylitError } from '../core/errors.js';
import { silent, type Notice, type Notify } from '../core/notices.js';
import { present } from '../core/present.js';
import { realWait } from '../core/wait.js';
import { defaultCalibrationFolder } from './calibration-cache.js';
import type { Manifest } from './manifest.js';
import { defaultModelFolder, readModel } from './model-folder.js';
import { figuresOf, type PrecisionChoice } from './precision.js';
import { defaultCacheFolder, ReferenceCache, type Encoding } from './reference-cache.js';
import { preparePhoto, type Reference } from './reference-photo.js';
import { LastingThread } from './lasting-thread.js';
import { threadFigures, threadsOf } from './thread-choice.js';
import { WorkerClient } from './worker-client.js';
import type { Started } from './worker-messages.js';

/** Which model on which device. */
export interface ModelOptions {
  /** Folder with a model.json; the one that ships with daylit if left out. */
  readonly modelFolder?: string;
  /** `auto` (the default: the fastest that works), or one of cuda, tensorrt, coreml, dml, webgpu, cpu. */
  readonly device?: string;
  /** How fine the cpu counts: `auto` (the default) measures once which is faster here, and keeps that on disk. */
  readonly precision?: PrecisionChoice;
  /** Threads inside one operator, on the cpu; left out: defaultThreads, or more where a measurement finds them worth it. */
  readonly threads?: number;
  /**
   * For recordings, on the cpu: several threads colour frames of one stream at a time, where the model allows it. Every
   * picture is as it is without; a single frame takes as long or a little longer.
   */
  readonly ahead?: boolean;
  /**
   * Most inference threads, each with a set of weights, begun as streams are opened; running ahead, all at the start, and
   * waited for. Left out: as many as there are cores for, at most four, and none is waited for.
   */
  readonly workers?: number;
  /** Folder where encodings of references and measured speeds are kept; false: memory alone. */
  readonly cacheFolder?: string | false;
  /** Told which device was chosen and why others were refused. */
  readonly notify?: Notify;
}

/** A model at work in its thread. */
export interface OpenModel {
  readonly manifest: Manifest;
  readonly client: LastingThread;
  /** Most threads that may colour frames of one stream at a time; 1: the model or the machine allows no more. */
  readonly mostAhead: number;
  /** Settles when the frame graph is loaded and warm. */
  readonly started: Promise<Started>;
  /** A photo → its encoding, from the cache where it is there. @throws DaylitError REFERENCE_UNREADABLE, MODEL_FAILED */
  readonly encode: (reference: Reference) => Promise<Encoding>;
}

/** More do not help frames of this size. */
const MOST_THREADS = 8;
/** Frames of one recording that are drawn at a time: what keeps to their order is a sixth of all. */
const MOST_AHEAD = 4;

/**
 * Half of the cores, 1 to 4. The rest is for decoding and encoding: on two cores a second thread makes a frame 17 %
 * faster and 65 % dearer in processor time.
 */
export function defaultThreads(): number {
  return Math.min(4, Math.max(1, Math.floor(availableParallelism() / 2)));
}

/**
 * How many threads colour frames of one recording at a time, and on how many cores each; undefined where one does. Rather
 * more threads than larger ones, since an operator on two cores takes more than half of its time; but no more than the
 * part that keeps to the frames' order can follow, and on no more than half of the cores: beside 10 ms in the model a
 * frame takes 8 ms of decoding, encoding and handling, so on two cores a second thread wins nothing (measured: 4 % in
 * floats, -4 % in bytes) and takes memory.
 */
function aheadOf(
  { ahead, threads, workers }: ModelOptions,
  { graphs }: Manifest,
): { readonly threads: number; readonly most: number } | undefined {
  if (ahead !== true || graphs.frame.drawn === undefined) return undefined;
  const cores = availableParallelism();
  const each = threads ?? Math.max(1, Math.floor(cores / (2 * MOST_AHEAD)));
  const most = workers ?? Math.min(MOST_AHEAD, Math.floor(cores / 2 / each));
  return most > 1 ? { threads: each, most } : undefined;
}

/**
 * Reads and checks the model and starts its thread; encoding may begin while the frame graph still loads.
 * @throws DaylitError MODEL_NOT_FOUND, MODEL_INVALID, MODEL_TAMPERED, OPTION_INVALID
 */
export async function openModel(options: ModelOptions): Promise<OpenModel> {
  const { device = 'auto', precision = 'auto', notify = silent, cacheFolder } = options;
  const model = await readModel(options.modelFolder ?? defaultModelFolder());
  const { manifest } = model;
  if (precision === 'int8') refuseInt8(manifest, device);
  const calibrationFolder = cacheFolder ?? defaultCalibrationFolder();
  const ahead = aheadOf(options, manifest);
  const threads = options.threads ?? ahead?.threads ?? defaultThreads();
  const mostThreads = options.threads ?? ahead?.threads ?? Math.min(MOST_THREADS, availableParallelism());
  const settings = { device, threads, mostThreads, precision, calibrationFolder, split: ahead !== undefined };
  const client = new LastingThread(new WorkerClient(model, settings), {
    // Read anew: the bytes went over to the thread that is gone.
    birth: async () => new WorkerClient(await readModel(model.folder), settings),
    notify,
    wait: realWait,
  });
  const started = client.call('start', null).then((start) => {
    for (const { provider, reason } of start.refusals) {
      notify({ kind: 'provider-refused', message: `${provider} is not used: ${reason}`, data: { provider, reason } });
    }
    notify(choiceOf(start, ahead?.most));
    return start;
  });
  const cache = new ReferenceCache({
    manifest,
    folder: cacheFolder ?? defaultCacheFolder(),
    encode: (photo) => client.call('encode', { photo }, [photo.buffer]),
    notify,
  });
  const encode = async (reference: Reference): Promise<Encoding> =>
    cache.get(await preparePhoto(reference, manifest.reference));
  return { manifest, client, mostAhead: ahead?.most ?? 1, started, encode };
}

/** int8 asked for by name where it cannot be had. */
function refuseInt8({ name, graphs }: Manifest, device: string): void {
  if (device !== 'auto' && device !== 'cpu') {
    throw new DaylitError('OPTION_INVALID', `--precision int8 runs on the cpu, not on ${device}`);
  }
  if (graphs.frame.variants?.int8 === undefined) {
    throw new DaylitError('MODEL_INVALID', `${name} has no int8 graph`, {
      hint: 'Leave --precision out, or add the graph with `python -m daylit_train quantize`.',
    });
  }
}

/** What was chosen, and by which figures. */
function choiceOf(
  { provider, precision, threads, calibration, threadTimes }: Started,
  atOnce: number | undefined,
): Notice {
  const figures = [
    ...(calibration === undefined ? [] : [figuresOf(calibration)]),
    ...(threadTimes === undefined ? [] : [threadFigures(threadTimes)]),
  ].join('; ');
  const named = calibration !== undefined || precision === 'int8' ? ` in ${precision}` : '';
  const several = atOnce === undefined ? '' : ` for each of up to ${atOnce} frames at a time`;
  const spread = provider === 'cpu' ? ` on ${threadsOf(threads)}${several}` : '';
  return {
    kind: 'provider-chosen',
    message: `The model runs on ${provider}${named}${spread}${figures === '' ? '' : ` (${figures})`}.`,
    data: {
      ...{ provider, precision, threads },
      ...present({ fp32Milliseconds: calibration?.fp32Milliseconds, int8Milliseconds: calibration?.int8Milliseconds }),
    },
  };
}
