import { identity, map, pipe, type Observable } from 'rxjs';
import type { BufferPool } from '../core/buffer-pool.js';
import type { Clock } from '../core/clock.js';
import type { ColorizerStream, Sink, SinkReport, Source } from '../core/contracts.js';
import { DaylitError } from '../core/errors.js';
import type { Frame } from '../core/frame.js';
import type { StageMeter, StageTimes } from '../core/stage-meter.js';
import { waitForRoom } from './backpressure.js';
import { colorize } from './colorize.js';
import { FanOut, type SinkFailure } from './fan-out.js';
import { normalize, type Normalizer } from './normalize.js';
import { sideBySide } from './side-by-side.js';

/** Frames inside the pipeline at once, beside those that wait for the model or are in it. */
const BESIDE_THE_MODEL = 4;
/** Where the model takes one at a time: that one, and one at its door. */
const AT_THE_MODEL = 2;

/** All that one job needs, ready made (see create-daylit.ts). */
export interface Job {
  readonly source: Source;
  readonly normalizer: Normalizer;
  readonly stream: ColorizerStream;
  readonly sinks: readonly Sink[];
  readonly meter: StageMeter;
  readonly pool: BufferPool;
  readonly clock: Clock;
  readonly sideBySide?: boolean;
  /** Told after each frame. */
  readonly onProgress?: (progress: Progress) => void;
  /** Aborted: finish cleanly with the frames already read. */
  readonly until?: AbortSignal;
  /** Aborted: stop at once and leave nothing. */
  readonly abort?: AbortSignal;
}

/** Where a job stands. */
export interface Progress {
  readonly frames: number;
  /** Expected total, where the source can tell. */
  readonly of?: number;
  readonly elapsedMs: number;
  readonly stages: StageTimes;
}

/** What a job did. */
export interface Summary extends Progress {
  readonly outputs: readonly SinkReport[];
  /** Outputs that broke on the way; the others are complete. */
  readonly failures: readonly SinkFailure[];
  /** Whether it was stopped early and finished with what it had. */
  readonly stoppedEarly: boolean;
}

/** Source → normalize → colorize → outputs: one frame's walk. Rejects with a `DaylitError`; then no output is left. */
export async function run(job: Job): Promise<Summary> {
  const { source, meter, clock, until, abort } = job;
  const outputs = new FanOut(job.sinks, meter);
  const start = clock.now();
  let frames = 0;
  const progress = (): Progress => ({
    frames,
    ...(source.info.frameCount === undefined ? {} : { of: source.info.frameCount }),
    elapsedMs: clock.now() - start,
    stages: meter.snapshot(),
  });

  const walk = pipe(
    normalize(job.normalizer, meter),
    colorize(job.stream),
    job.sideBySide === true ? sideBySide(job.pool) : identity,
    outputs.write(),
    map((frame) => {
      frame.release();
      frames += 1;
      job.onProgress?.(progress());
    }),
  );

  try {
    const room = BESIDE_THE_MODEL + (job.stream.atOnce ?? AT_THE_MODEL);
    await ended(waitForRoom(timed(source, meter, abort), room, walk, until), abort);
    if (frames === 0) throw new DaylitError('INPUT_EMPTY', source.info.label);
    const reports = await orInterrupted(outputs.finish(), abort);
    return { ...progress(), outputs: reports, failures: outputs.failures, stoppedEarly: until?.aborted === true };
  } catch (thrown) {
    await outputs.discard();
    throw DaylitError.from(thrown);
  }
}

/** Resolves when the walk of all frames is over; an abort leaves it and rejects with INTERRUPTED. */
export function ended(walk$: Observable<void>, abort: AbortSignal | undefined): Promise<void> {
  const walked = new Promise<void>((resolve, reject) => {
    const subscription = walk$.subscribe({ error: reject, complete: resolve });
    const leave = (): void => {
      subscription.unsubscribe();
    };
    abort?.addEventListener('abort', leave, { once: true });
    subscription.add(() => abort?.removeEventListener('abort', leave));
  });
  return orInterrupted(walked, abort);
}

/** The work's result, unless an abort comes first: INTERRUPTED, whatever becomes of the work then. */
function orInterrupted<T>(work: Promise<T>, abort: AbortSignal | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const interrupt = (): void => {
      reject(new DaylitError('INTERRUPTED', 'stopped before the end'));
    };
    if (abort?.aborted === true) interrupt();
    abort?.addEventListener('abort', interrupt, { once: true });
    void work.then(resolve, reject).finally(() => abort?.removeEventListener('abort', interrupt));
  });
}

/** The source's frames; waiting for each is timed. No generator around the source's own: it would cost each frame more. */
function timed(source: Source, meter: StageMeter, signal: AbortSignal | undefined): AsyncIterable<Frame> {
  const iterator = source.frames(signal)[Symbol.asyncIterator]();
  const next = (): Promise<IteratorResult<Frame>> => iterator.next();
  return {
    [Symbol.asyncIterator]: () => ({
      next: () => meter.timeAsync('source', next),
      return: async () => (await iterator.return?.()) ?? { done: true, value: undefined },
    }),
  };
}
