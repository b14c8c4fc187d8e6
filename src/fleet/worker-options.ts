import type { Redis } from 'ioredis';
import type { JobInput } from '../config.js';
import type { AllowedRoots } from './allowed-roots.js';
import type { BlobStore } from './blob-store.js';
import type { ModelStore } from './model-store.js';
import type { QueueAddress } from './queue-address.js';

/** What belongs to the machine and not to a job: what it colours and codes with. */
export type Machine = Pick<JobInput, 'device' | 'threads' | 'model' | 'ffmpeg'>;

/** What every kind of worker needs. */
export interface WorkerOptions {
  readonly queue: QueueAddress;
  readonly redis: Redis;
  readonly key: string;
  /** Folders that may be read and written. */
  readonly roots: AllowedRoots;
  readonly blobs: BlobStore;
  readonly models: ModelStore;
  /** How this worker is called in results and logs. */
  readonly name: string;
  readonly machine: Machine;
}
