import { Worker } from 'node:worker_threads';
import { DaylitError } from '../core/errors.js';
import type { Model } from './model-folder.js';
import type { PrecisionChoice } from './precision.js';
import { RunGuard } from './run-guard.js';
import type { CallName, Calls, Reply, WorkerStart } from './worker-messages.js';

/** Longest that one call may take, in milliseconds; a run takes a thousandth of it. */
const DEADLINE_MS = 120_000;
/** Longest that the end of the process is held up by a run that is under way, in milliseconds. */
const EXIT_WAIT_MS = 10_000;

export interface WorkerOptions {
  readonly device: string;
  readonly threads: number;
  /** Left out: `threads` and no more. */
  readonly mostThreads?: number;
  /** Left out: fp32. */
  readonly precision?: PrecisionChoice;
  /** Left out: the frame graph is run whole. */
  readonly split?: boolean;
  /** Folder of calibrations; left out: they are not kept. */
  readonly calibrationFolder?: string | false;
  /** The thread's program; tests pass ones that misbehave. */
  readonly entry?: URL;
}

interface Pending {
  readonly resolve: (gives: Calls[CallName]['gives']) => void;
  readonly reject: (error: DaylitError) => void;
  readonly deadline: NodeJS.Timeout;
}

/** The main thread's end of the inference thread: calls go out, answers come back, and nothing waits for ever. */
export class WorkerClient {
  readonly #worker: Worker;
  readonly #guard = new RunGuard();
  readonly #pending = new Map<number, Pending>();
  readonly #ended: Promise<void>;
  #nextId = 0;
  #death: DaylitError | undefined;
  #stopping: Promise<void> | undefined;

  /** Starts the thread; the model's bytes go over to it. Call `start` before anything else. */
  constructor(model: Model, options: WorkerOptions) {
    const start: WorkerStart = {
      manifest: model.manifest,
      frameGraph: model.frameGraph,
      encoderGraph: model.encoderGraph,
      nullTokens: model.nullTokens,
      ...(model.int8Graph === undefined ? {} : { int8Graph: model.int8Graph }),
      device: options.device,
      threads: options.threads,
      mostThreads: options.mostThreads ?? options.threads,
      precision: options.precision ?? 'fp32',
      split: options.split ?? false,
      calibrationFolder: options.calibrationFolder ?? false,
      guard: this.#guard.memory,
    };
    const { frameGraph, int8Graph, encoderGraph, nullTokens } = model;
    const bytes = [frameGraph, encoderGraph, nullTokens, ...(int8Graph === undefined ? [] : [int8Graph])];
    this.#worker = new Worker(options.entry ?? new URL('./worker.js', import.meta.url), {
      workerData: start,
      transferList: bytes.map(({ buffer }) => buffer),
    });
    // A thread that waits for work must not keep the process alive; while calls are pending it does.
    this.#worker.unref();
    const beforeExit = (): void => {
      this.#guard.stop(EXIT_WAIT_MS);
    };
    process.on('exit', beforeExit);
    this.#worker.on('message', (reply: Reply) => {
      this.#settle(reply);
    });
    this.#worker.on('error', (cause) => {
      this.#die(cause instanceof Error ? cause.message : String(cause), cause);
    });
    this.#ended = new Promise((resolve) => {
      this.#worker.on('exit', (status) => {
        process.off('exit', beforeExit);
        this.#die(`it ended with status ${status}`);
        resolve();
      });
    });
  }

  /**
   * Asks the thread for something.
   * @param transfer buffers that go over instead of being copied.
   * @throws DaylitError what the call fails with; WORKER_DIED if the thread is gone or does not answer in time.
   */
  call<K extends CallName>(
    call: K,
    takes: Calls[K]['takes'],
    transfer: readonly ArrayBuffer[] = [],
  ): Promise<Calls[K]['gives']> {
    if (this.#death !== undefined) return Promise.reject(this.#death);
    const id = this.#nextId;
    this.#nextId += 1;
    return new Promise<Calls[K]['gives']>((resolve, reject) => {
      this.#worker.postMessage({ id, call, takes }, [...transfer]);
      const deadline = setTimeout(() => {
        this.#die(`no answer to "${call}" within ${DEADLINE_MS / 1000} s`);
      }, DEADLINE_MS);
      // The answer to a call is what Calls says; the thread's side is checked against the same type.
      this.#pending.set(id, { resolve, reject, deadline });
      this.#worker.ref();
    });
  }

  /** Lets the thread finish what it was asked for, release its sessions and end. Safe to call twice. */
  close(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    if (this.#death !== undefined) return;
    const ended = this.#ended;
    await this.call('stop', null).catch(() => undefined);
    this.#worker.ref();
    await ended;
  }

  #settle(reply: Reply): void {
    const pending = this.#pending.get(reply.id);
    if (pending === undefined) return;
    this.#pending.delete(reply.id);
    clearTimeout(pending.deadline);
    if (this.#pending.size === 0) this.#worker.unref();
    if ('gives' in reply) pending.resolve(reply.gives);
    else pending.reject(new DaylitError(reply.code, reply.detail));
  }

  /** The thread is gone or past hope: it is never terminated, since that could abort the process, only let go. */
  #die(detail: string, cause?: unknown): void {
    this.#death ??= new DaylitError('WORKER_DIED', detail, { cause });
    this.#worker.unref();
    for (const { reject, deadline } of this.#pending.values()) {
      clearTimeout(deadline);
      reject(this.#death);
    }
    this.#pending.clear();
  }
}
