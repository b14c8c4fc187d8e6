import { AgeMeter, type Ages } from '../core/age-meter.js';
import type { HistogramCounts } from '../core/histogram.js';
import type { Clock } from '../core/clock.js';
import type { Sink } from '../core/contracts.js';
import { DaylitError } from '../core/errors.js';
import type { ColourFrame } from '../core/frame.js';
import type { OnState, StateChange } from '../core/states.js';
import type { Wait } from '../core/wait.js';
import { Backoff, type BackoffSettings } from './backoff.js';

/** Frames that wait for one output where it does not say; a quarter of a second of a fast camera. */
const ROOM = 8;
/** How long an output may take over one frame, or over its end, before it counts as broken. */
const PATIENCE_MS = 10_000;

/** What an output of a running stream is made of. */
export interface LiveOutputOptions {
  /** Without credentials. */
  readonly target: string;
  /** Opens it, and opens it again when it has broken. */
  readonly open: () => Promise<Sink>;
  /** Frames that may wait for it: few where late frames are worth little, more where none should be missing. */
  readonly room?: number;
  readonly clock: Clock;
  /** Told how long the sink took over each frame, in milliseconds. */
  readonly onWritten?: (milliseconds: number) => void;
  readonly wait: Wait;
  readonly backoff: BackoffSettings;
  /** From 0 to 1, for the jitter. */
  readonly random: () => number;
  readonly onState: OnState;
}

/** Where an output stands. */
export interface LiveOutputStatus {
  readonly target: string;
  readonly state: StateChange['state'];
  /** Frames that it has taken. */
  readonly frames: number;
  /** Frames that it was too slow for, or that came while it was broken. */
  readonly dropped: number;
  /** How old frames were when it had taken them. */
  readonly ageMs?: Ages;
}

/**
 * One output with a queue of its own, so that a slow or broken one hurts itself alone: when the queue is full the
 * oldest frame is dropped and counted, and when writing fails or takes too long it is discarded and, after a wait,
 * opened again. `offer` never waits.
 */
export class LiveOutput {
  /** Resolves when it is over: its reader has gone, or `finish` has been called and done. Never rejects. */
  readonly over: Promise<void>;
  readonly #options: LiveOutputOptions;
  readonly #backoff: Backoff;
  readonly #ages = new AgeMeter();
  readonly #queue: ColourFrame[] = [];
  #sink: Sink | undefined;
  #state: StateChange['state'] = 'connecting';
  #liveAt: number | undefined;
  #frames = 0;
  #dropped = 0;
  #ending = false;
  #discarding = false;
  #wake: (() => void) | undefined;
  #hurry = new AbortController();

  constructor(options: LiveOutputOptions) {
    this.#options = options;
    this.#backoff = new Backoff(options.backoff, options.random);
    this.over = this.#run();
  }

  /** Takes a share in a frame and releases it once, sooner or later. */
  offer(frame: ColourFrame): void {
    if (this.#ending) {
      frame.release();
      return;
    }
    if (this.#queue.length >= (this.#options.room ?? ROOM)) this.#drop();
    this.#queue.push(frame);
    this.#wake?.();
  }

  status(): LiveOutputStatus {
    const ageMs = this.#ages.snapshot();
    const counts = { frames: this.#frames, dropped: this.#dropped };
    return { target: this.#options.target, state: this.#state, ...counts, ...(ageMs === undefined ? {} : { ageMs }) };
  }

  /** How old all its frames were when it had taken them. */
  ages(): HistogramCounts {
    return this.#ages.histogram();
  }

  /** Ends the wait for another try, if one is going on. */
  retryNow(): void {
    this.#hurry.abort();
  }

  /** Writes what waits and completes the output; gives up on one that is broken. */
  async finish(): Promise<void> {
    this.#ending = true;
    this.#wake?.();
    this.#hurry.abort();
    await this.over;
  }

  /** Ends at once; what has been recorded stays. */
  async discard(): Promise<void> {
    this.#discarding = true;
    while (this.#queue.length > 0) this.#drop();
    await this.#sink?.discard();
    await this.finish();
  }

  async #run(): Promise<void> {
    for (let frame = await this.#next(); frame !== undefined; frame = await this.#next()) {
      try {
        await this.#write(frame);
      } catch (thrown) {
        if (!(await this.#mend(DaylitError.from(thrown)))) break;
      }
    }
    await this.#close();
    this.#ending = true;
    while (this.#queue.length > 0) this.#drop();
  }

  async #next(): Promise<ColourFrame | undefined> {
    while (this.#queue.length === 0 && !this.#ending) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    this.#wake = undefined;
    return this.#queue.shift();
  }

  async #write(frame: ColourFrame): Promise<void> {
    const { clock, onWritten } = this.#options;
    let writing: Promise<void> | undefined;
    try {
      if (this.#sink === undefined) this.#sink = await this.#options.open();
      const start = clock.now();
      writing = this.#sink.write(frame);
      await this.#inTime(writing);
      onWritten?.(clock.now() - start);
    } catch (thrown) {
      this.#dropped += 1;
      throw thrown;
    } finally {
      // A sink that hangs may still be reading the pixels.
      const release = (): void => {
        frame.release();
      };
      if (writing === undefined) release();
      else void writing.then(release, release);
    }
    const now = clock.now();
    this.#frames += 1;
    this.#ages.add(now - frame.arrivedAt);
    if (this.#liveAt !== undefined) return;
    this.#liveAt = now;
    this.#tell({ state: 'live', reason: 'takes pictures' });
  }

  /** Discards what broke and waits; whether to go on. */
  async #mend(error: DaylitError): Promise<boolean> {
    const { code, message, retryable, exitStatus } = error;
    await this.#sink?.discard();
    this.#sink = undefined;
    // A reader that has had enough is no failure.
    if (exitStatus === 0 || this.#ending) {
      this.#tell({ state: exitStatus === 0 ? 'ended' : 'failed', reason: message, code });
      return false;
    }
    const worked = this.#liveAt === undefined ? 0 : this.#options.clock.now() - this.#liveAt;
    this.#liveAt = undefined;
    const retryInMs = this.#backoff.next(retryable, worked);
    const attempt = this.#backoff.failures;
    this.#tell({ state: retryable ? 'reconnecting' : 'failed', reason: message, code, attempt, retryInMs });
    this.#hurry = new AbortController();
    await this.#options.wait(retryInMs, this.#hurry.signal);
    return !this.#ending;
  }

  async #close(): Promise<void> {
    if (this.#sink === undefined) return;
    try {
      if (this.#discarding) await this.#sink.discard();
      else await this.#inTime(this.#sink.finish());
      this.#tell({ state: 'ended', reason: 'finished' });
    } catch (thrown) {
      const { code, message } = DaylitError.from(thrown);
      await this.#sink.discard();
      this.#tell({ state: 'failed', reason: message, code });
    }
  }

  async #inTime(step: Promise<unknown>): Promise<void> {
    const done = new AbortController();
    const late = this.#options.wait(PATIENCE_MS, done.signal).then(() => {
      if (!done.signal.aborted)
        throw new DaylitError('OUTPUT_UNREACHABLE', `nothing taken for ${PATIENCE_MS / 1000} s`);
    });
    try {
      await Promise.race([step, late]);
    } finally {
      done.abort();
    }
  }

  #drop(): void {
    this.#queue.shift()?.release();
    this.#dropped += 1;
  }

  #tell(change: Omit<StateChange, 'of'>): void {
    this.#state = change.state;
    this.#options.onState({ of: this.#options.target, ...change });
  }
}

/** Hands a frame to several outputs; it is released when the last of them has done with it. */
export function offerToAll(outputs: readonly LiveOutput[], frame: ColourFrame): void {
  if (outputs.length === 0) frame.release();
  const held = heldBy(outputs.length, frame);
  for (const output of outputs) output.offer(held);
}

/** The frame for so many holders, each of whom releases it once: the last one's is the frame's own. */
export function heldBy(holders: number, frame: ColourFrame): ColourFrame {
  let left = holders;
  const release = (): void => {
    left -= 1;
    if (left === 0) frame.release();
  };
  return { ...frame, release };
}
