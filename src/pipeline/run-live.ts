import { asyncScheduler, map, merge, NEVER, Observable, pipe, Subject, takeUntil, tap } from 'rxjs';
import type { ColorizerStream, Source, SourceInfo } from '../core/contracts.js';
import { DaylitError } from '../core/errors.js';
import type { ColourFrame, Frame } from '../core/frame.js';
import type { HistogramCounts } from '../core/histogram.js';
import type { StageHistograms, StageMeter, StageTimes } from '../core/stage-meter.js';
import type { SourceChange, StateChange, StreamState } from '../core/states.js';
import { keepLatest } from './backpressure.js';
import { connection } from './connection.js';
import { FreezeWatch } from './freeze-watch.js';
import { inOrder } from './in-order.js';
import type { LiveOutputStatus } from './live-output.js';
import { LiveOutputs, type LiveOutputsOptions } from './live-outputs.js';
import type { Normalizer } from './normalize.js';
import { reconnect } from './reconnect.js';
import { ended } from './run.js';
import { watchdog, type WatchLimits } from './watchdog.js';

/** Frames on their way at once: one is coloured while the next is made ready. */
const ROOM = 2;

/** All that one running stream needs, ready made (see stream.ts). */
export interface LiveJob extends LiveOutputsOptions {
  /** Connects once; called again for each connection. */
  readonly connect: (signal: AbortSignal) => Promise<Source>;
  /** Told what the source is, at each connection. */
  readonly onOpen?: (info: SourceInfo) => void;
  /** Shown each frame as it came; its pixels are its own only until it returns. */
  readonly onFrame?: ((frame: Frame) => void) | undefined;
  /** Whether the source's own end is the end, as a recording's is. */
  readonly endIsEnd: boolean;
  readonly limits: WatchLimits;
  readonly normalizer: Normalizer;
  readonly stream: ColorizerStream;
  /** Where pictures may be coloured smaller: by which share of their sides now. */
  readonly workingScale?: () => number;
  readonly meter: StageMeter;
  /** Aborted: take no more frames, write those inside, finish the outputs. */
  readonly until?: AbortSignal;
  /** Aborted: end at once; what has been recorded stays. */
  readonly abort?: AbortSignal;
}

/** Where a running stream stands. Every frame that came in is coloured, dropped, unreadable or still inside. */
export interface LiveStatus {
  readonly state: StreamState;
  /** How many connections that showed pictures came before this one. */
  readonly epoch: number;
  readonly elapsedMs: number;
  readonly framesIn: number;
  readonly coloured: number;
  /** Dropped for newer ones, since colouring was still busy. */
  readonly dropped: number;
  /** In colours that cannot be mapped back to temperatures, such as a camera's start-up picture. */
  readonly unreadable: number;
  /** By which share of their sides pictures are coloured now, where that may change. */
  readonly workingScale?: number;
  readonly stages: StageTimes;
  readonly outputs: readonly LiveOutputStatus[];
}

/** How long things took, of all frames so far. */
export interface LiveMeasures {
  readonly stages: StageHistograms;
  /** Of each output: from a frame's arrival until it was taken. */
  readonly ages: readonly HistogramCounts[];
}

/** A stream that runs. */
export interface RunningStream {
  /** Resolves when it has been stopped, or has ended, and its outputs are finished; rejects with a DaylitError. */
  readonly finished: Promise<LiveStatus>;
  status(): LiveStatus;
  measures(): LiveMeasures;
  /** Tries again now whatever waits: source and outputs. */
  retryNow(): void;
}

/** Source → reconnect → keepLatest → normalize → colorize → outputs: one live frame's walk. */
export function runLive(job: LiveJob): RunningStream {
  return new LiveRun(job);
}

class LiveRun implements RunningStream {
  readonly finished: Promise<LiveStatus>;
  readonly #job: LiveJob;
  readonly #retryNow$ = new Subject<undefined>();
  readonly #freezes = new FreezeWatch();
  readonly #outputs: LiveOutputs;
  readonly #state$ = new Subject<StreamState>();
  readonly #start: number;
  #last: StateChange = { of: 'source', state: 'connecting', reason: 'started' };
  readonly #counts = { framesIn: 0, coloured: 0, dropped: 0, unreadable: 0 };

  constructor(job: LiveJob) {
    this.#job = job;
    this.#start = job.clock.now();
    this.#outputs = new LiveOutputs(job, this.#state$);
    this.finished = this.#run();
  }

  status(): LiveStatus {
    const { clock, meter, workingScale } = this.#job;
    return {
      state: this.#last.state,
      epoch: this.#last.epoch ?? 0,
      elapsedMs: clock.now() - this.#start,
      ...this.#counts,
      ...(workingScale === undefined ? {} : { workingScale: workingScale() }),
      stages: meter.snapshot(),
      outputs: this.#outputs.status(),
    };
  }

  measures(): LiveMeasures {
    return { stages: this.#job.meter.histograms(), ages: this.#outputs.ages() };
  }

  retryNow(): void {
    this.#retryNow$.next(undefined);
    this.#outputs.retryNow();
  }

  async #run(): Promise<LiveStatus> {
    const { until, abort } = this.#job;
    const frames$ = this.#frames$().pipe(takeUntil(merge(aborted(until), this.#outputs.over)));
    const walked$ = keepLatest(frames$, ROOM, this.#walk(), (dropped) => (this.#counts.dropped = dropped));
    try {
      await ended(walked$, abort);
      this.#tell({ state: 'ended', reason: until?.aborted === true ? 'stopped' : 'the source or all outputs ended' });
    } catch (thrown) {
      const error = DaylitError.from(thrown);
      if (error.code === 'INTERRUPTED') await this.#outputs.discard();
      else this.#tell({ state: 'failed', reason: error.message, code: error.code });
      throw error;
    } finally {
      await this.#outputs.finish();
    }
    return this.status();
  }

  #frames$(): Observable<Frame> {
    const { connect, onOpen, onFrame, limits, backoff, clock, meter, endIsEnd } = this.#job;
    let last = clock.now();
    const time = { clock, scheduler: asyncScheduler };
    return reconnect(() => connection(connect, onOpen).pipe(watchdog(limits, time)), {
      ...time,
      backoff,
      random: Math.random,
      retryNow$: this.#retryNow$,
      endIsEnd,
      onState: (change) => {
        this.#tell(change);
      },
    }).pipe(
      tap((frame) => {
        this.#counts.framesIn += 1;
        meter.add('source', clock.now() - last);
        last = clock.now();
        onFrame?.(frame);
      }),
    );
  }

  /** Gives one value for each frame, as keepLatest needs, also for those that cannot be read. */
  #walk(): (frames$: Observable<Frame>) => Observable<void> {
    const { stream } = this.#job;
    return pipe(
      inOrder((frame: Frame) => {
        const grey = this.#normalized(frame);
        return grey === undefined ? Promise.resolve(undefined) : stream.colorize(grey);
      }),
      map((frame: ColourFrame | undefined) => {
        if (frame === undefined) return;
        this.#counts.coloured += 1;
        this.#outputs.show(frame);
      }),
    );
  }

  /** White-hot grey; undefined for colours that mean no temperatures, as cameras show while they start. */
  #normalized(frame: Frame): Frame | undefined {
    const { normalizer, meter } = this.#job;
    try {
      const grey = meter.time('normalize', () => normalizer.push(frame));
      const change = this.#freezes.push(grey);
      const { state, code } = this.#last;
      if (change === 'frozen' && state === 'live')
        this.#tell({ state: change, reason: 'the camera repeats its picture' });
      if (change === 'live' && state === 'frozen') this.#tell({ state: change, reason: 'the picture moves again' });
      if (code === 'PALETTE_UNKNOWN') this.#tell({ state: 'live', reason: 'a thermal picture again' });
      return grey;
    } catch (thrown) {
      const { code, message } = DaylitError.from(thrown);
      if (code !== 'PALETTE_UNKNOWN') throw thrown;
      this.#counts.unreadable += 1;
      if (this.#last.code !== code) this.#tell({ state: 'failed', reason: message, code });
      return undefined;
    }
  }

  #tell(change: SourceChange): void {
    if (change.state !== 'frozen') this.#freezes.reset();
    this.#last = { of: 'source', epoch: this.#last.epoch ?? 0, ...change };
    this.#state$.next(change.state);
    this.#job.onState(this.#last);
  }
}

function aborted(signal: AbortSignal | undefined): Observable<unknown> {
  if (signal === undefined) return NEVER;
  return new Observable((subscriber) => {
    const abort = (): void => {
      subscriber.next(undefined);
    };
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort);
    return () => {
      signal.removeEventListener('abort', abort);
    };
  });
}
