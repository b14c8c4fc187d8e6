import { BufferPool } from '../core/buffer-pool.js';
import type { Colorizer } from '../core/contracts.js';
import { present } from '../core/present.js';
import { GuidedStream, type OnnxStream } from './guided-stream.js';
import type { Manifest } from './manifest.js';
import { openModel, type ModelOptions } from './open-model.js';
import type { Precision } from './precision.js';
import type { Refusal } from './providers.js';
import type { Reference } from './reference-photo.js';
import { StreamDispatcher } from './stream-dispatcher.js';

export interface ColorizerOptions extends ModelOptions {
  /** Daylight photos: paths, or rgb24 pixels. None: the model's learned colours. */
  readonly references?: readonly Reference[];
  /** Told the milliseconds that each frame took in the model. */
  readonly onRun?: (milliseconds: number) => void;
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

/** The colorizer that runs the network, in one thread of its own, for any number of streams. */
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
  const { client, manifest, started, encode } = await openModel(options);
  let count = 0;
  const use = async (wanted: readonly Reference[], stream?: number): Promise<void> => {
    const encodings = await Promise.all(wanted.map(encode));
    const photos = encodings.map(({ key, tokens }) => ({ key, tokens }));
    await client.call('references', { photos, ...present({ stream }) });
  };
  const useReferences = async (wanted: readonly Reference[]): Promise<void> => {
    await use(wanted);
    count = wanted.length;
  };
  try {
    const [first] = await Promise.all([started, useReferences(references)]);
    const { name, version, parameters, licence, thermal } = manifest;
    const dispatcher = new StreamDispatcher(client, pool, onRun);
    return {
      get info() {
        const { provider, precision, refusals } = client.started ?? first;
        return { name, version, parameters, licence, thermal, provider, precision, refusals, references: count };
      },
      stream: ({ smoothing, references: own }) =>
        new GuidedStream(
          dispatcher.stream(smoothing, (stream, wanted) => use(wanted, stream)),
          own,
        ),
      useReferences,
      close: () => {
        dispatcher.refuse();
        return client.close();
      },
    };
  } catch (thrown) {
    await client.close();
    throw thrown;
  }
}
