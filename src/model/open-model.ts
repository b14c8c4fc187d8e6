import { availableParallelism } from 'node:os';
import { silent, type Notify } from '../core/notices.js';
import type { Manifest } from './manifest.js';
import { defaultModelFolder, readModel } from './model-folder.js';
import type { Refusal } from './providers.js';
import { defaultCacheFolder, ReferenceCache, type Encoding } from './reference-cache.js';
import { preparePhoto, type Reference } from './reference-photo.js';
import { WorkerClient } from './worker-client.js';

/** Which model on which device. */
export interface ModelOptions {
  /** Folder with a model.json; the one that ships with daylit if left out. */
  readonly modelFolder?: string;
  /** `auto` (the default: the fastest that works), or one of cuda, tensorrt, coreml, dml, webgpu, cpu. */
  readonly device?: string;
  /** Threads inside one operator, on the cpu; see defaultThreads. */
  readonly threads?: number;
  /** Folder where encodings of references are kept; false: memory alone. */
  readonly cacheFolder?: string | false;
  /** Told which device was chosen and why others were refused. */
  readonly notify?: Notify;
}

/** A model at work in its thread. */
export interface OpenModel {
  readonly manifest: Manifest;
  readonly client: WorkerClient;
  /** Settles when the frame graph is loaded and warm. */
  readonly started: Promise<{ readonly provider: string; readonly refusals: readonly Refusal[] }>;
  /** A photo → its encoding, from the cache where it is there. @throws DaylitError REFERENCE_UNREADABLE, MODEL_FAILED */
  readonly encode: (reference: Reference) => Promise<Encoding>;
}

/**
 * Half of the cores, 1 to 4. The rest is for decoding and encoding: on two cores a second thread makes a frame 17 %
 * faster and 65 % dearer in processor time.
 */
export function defaultThreads(): number {
  return Math.min(4, Math.max(1, Math.floor(availableParallelism() / 2)));
}

/**
 * Reads and checks the model and starts its thread; encoding may begin while the frame graph still loads.
 * @throws DaylitError MODEL_NOT_FOUND, MODEL_INVALID, MODEL_TAMPERED
 */
export async function openModel(options: ModelOptions): Promise<OpenModel> {
  const { device = 'auto', notify = silent } = options;
  const model = await readModel(options.modelFolder ?? defaultModelFolder());
  const { manifest } = model;
  const client = new WorkerClient(model, { device, threads: options.threads ?? defaultThreads() });
  const started = client.call('start', null).then((start) => {
    for (const { provider, reason } of start.refusals) {
      notify({ kind: 'provider-refused', message: `${provider} is not used: ${reason}`, data: { provider, reason } });
    }
    const { provider } = start;
    notify({ kind: 'provider-chosen', message: `The model runs on ${provider}.`, data: { provider } });
    return start;
  });
  const cache = new ReferenceCache({
    manifest,
    folder: options.cacheFolder ?? defaultCacheFolder(),
    encode: (photo) => client.call('encode', { photo }, [photo.buffer]),
    notify,
  });
  const encode = async (reference: Reference): Promise<Encoding> =>
    cache.get(await preparePhoto(reference, manifest.reference));
  return { manifest, client, started, encode };
}
