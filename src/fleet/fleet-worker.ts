import { hostname } from 'node:os';
import type { Camera } from '../camera.js';
import { DaylitError } from '../core/errors.js';
import { present } from '../core/present.js';
import { AllowedRoots } from './allowed-roots.js';
import { ArchiveWorker } from './archive-worker.js';
import { BlobStore } from './blob-store.js';
import { BucketResults } from './bucket-results.js';
import { CameraWorker } from './camera-worker.js';
import { FolderResults } from './folder-results.js';
import { Heartbeat, type WorkerStatus } from './heartbeat.js';
import { ModelStore } from './model-store.js';
import { ObjectStore, type ObjectStoreAccess } from './object-store.js';
import type { QueueAddress } from './queue-address.js';
import { connected } from './reachable.js';
import type { Machine } from './worker-options.js';

/** What a machine gives to the fleet. */
export interface FleetWorkerOptions {
  readonly queue: QueueAddress;
  readonly key: string;
  /** Unique in the fleet. */
  readonly name: string;
  readonly version: string;
  /** Folders that jobs and cameras may use, and buckets for results of jobs; jobs need one. */
  readonly roots: readonly string[];
  readonly jobs: number;
  readonly cameras: number;
  /** Frames a second through the model, where that was measured. */
  readonly framesPerSecond?: number;
  readonly machine: Machine;
  /** How it gets at buckets, where one is among the roots. */
  readonly objects?: ObjectStoreAccess;
  /** Where its cameras are shown. */
  readonly address?: string;
  readonly onEvent: (event: WorkerEvent) => void;
  /** Told which cameras run here whenever that has changed. */
  readonly onCameras?: (cameras: readonly Camera[]) => void;
}

/** What happens on a worker, for people and logs. */
export interface WorkerEvent {
  /** An output's path, or a camera's id. */
  readonly of: string;
  readonly what: string;
  readonly fence?: number;
  readonly detail?: string;
}

/** A machine at work for the fleet. */
export interface FleetWorker {
  /** Takes nothing more, finishes jobs and hands cameras over; `now` gives jobs back unfinished. */
  close(now: boolean): Promise<void>;
}

/**
 * Joins the fleet: takes recordings and cameras from the queue, as many as this machine has room for.
 * @throws DaylitError QUEUE_UNREACHABLE, OPTION_INVALID
 */
export async function startWorker(options: FleetWorkerOptions): Promise<FleetWorker> {
  const { queue, key, name, roots, machine, onEvent } = options;
  if (options.jobs > 0 && roots.length === 0) {
    throw new DaylitError('OPTION_INVALID', '--root: no folder is named that jobs may use', {
      hint: 'Name the folders of recordings and results, as --root /srv/archive.',
    });
  }
  const allowed = await AllowedRoots.of(roots);
  const buckets = bucketsOf(allowed, options.objects);
  const redis = await connected(queue);
  const blobs = new BlobStore(redis);
  const models = new ModelStore(blobs, machine.model);
  const common = { queue, redis, key, blobs, models, name, machine, roots: allowed };
  const inHand = new Map<string, string>();
  const archive =
    options.jobs === 0
      ? undefined
      : new ArchiveWorker({
          ...{ ...common, jobs: options.jobs, folders: new FolderResults(allowed) },
          ...present({ buckets }),
          onEvent: ({ job, what, detail }) => {
            if (what === 'begun') inHand.set(job, detail);
            const of = inHand.get(job) ?? job;
            if (what !== 'begun') inHand.delete(job);
            onEvent({ of, what, ...(detail === of ? {} : { detail }) });
          },
        });
  const cameras =
    options.cameras === 0
      ? undefined
      : new CameraWorker({
          ...{ ...common, cameras: options.cameras },
          ...present({ onCameras: options.onCameras }),
          onEvent: ({ camera, ...event }) => {
            onEvent({ of: camera, ...event });
          },
        });
  const since = Date.now();
  const heartbeat = new Heartbeat(redis, () => ({
    ...{ name, host: hostname(), version: options.version, since, jobs: [...inHand.values()] },
    room: { jobs: options.jobs, cameras: options.cameras },
    ...present({ framesPerSecond: options.framesPerSecond, address: options.address }),
    ...present({ colouring: archive?.framesPerSecond }),
    cameras: (cameras?.list() ?? []).map(statusOf),
  }));
  return {
    close: async (now) => {
      await Promise.all([archive?.close(now), cameras?.close()]);
      await heartbeat.end();
      redis.disconnect();
    },
  };
}

function bucketsOf(roots: AllowedRoots, access: ObjectStoreAccess | undefined): BucketResults | undefined {
  if (!roots.hasBuckets) return undefined;
  if (access !== undefined) return new BucketResults(roots, new ObjectStore(access));
  throw new DaylitError('OPTION_INVALID', '--root s3://…: this machine has no key for buckets', {
    hint: 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and AWS_ENDPOINT_URL where the store is not of AWS.',
  });
}

function statusOf({ fence, camera }: ReturnType<CameraWorker['list']>[number]): WorkerStatus['cameras'][number] {
  const { id, state, fps, dropped, ageMs } = camera.status();
  return { id, fence, state, fps, dropped, ...(ageMs === undefined ? {} : { ageMs: ageMs.p95 }) };
}
