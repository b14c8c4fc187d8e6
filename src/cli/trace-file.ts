import { closeSync, openSync, writeSync } from 'node:fs';
import { DaylitError } from '../core/errors.js';
import type { OnStep, Stage } from '../core/stage-meter.js';

/** Bytes gathered before they are written. */
const GATHERED = 64 * 1024;
/** Where a trace ends, however long the job: some two million steps, more than a viewer can show. */
const MOST_BYTES = 256 << 20;
const OPENING = '{"displayTimeUnit":"ms","traceEvents":[';
const CLOSING = ']}\n';

/** Rows of the viewer, from top to bottom. */
const ROWS: Readonly<Record<Stage, number>> = { source: 1, normalize: 2, model: 3, write: 4 };
const TITLES: Readonly<Record<Stage, string>> = {
  source: 'waiting for the source',
  normalize: 'thermal handling',
  model: 'model (its own thread)',
  write: 'waiting for the outputs',
};

/** Further threads of a stage have rows below all others'. */
function rowOf(stage: Stage, thread: number): number {
  return ROWS[stage] + 10 * thread;
}

function titleOf(stage: Stage, thread: number): string {
  const row = { ph: 'M', pid: 1, tid: rowOf(stage, thread) };
  const title = thread === 0 ? TITLES[stage] : `${TITLES[stage]}, ${thread + 1}`;
  const name = { name: 'thread_name', ...row, args: { name: title } };
  const order = { name: 'thread_sort_index', ...row, args: { sort_index: ROWS[stage] } };
  return `${JSON.stringify(name)},${JSON.stringify(order)}`;
}

/**
 * Every step of every stage as trace events, for Chrome's about:tracing and ui.perfetto.dev ("Trace Event Format",
 * complete events). Written in pieces, each with the end of the file behind it, which the next piece replaces: it can
 * be read whenever the job ends, however it ends, and memory does not grow with it.
 */
export class TraceFile {
  /** Told each step: for `onStep`. */
  readonly onStep: OnStep;
  readonly #path: string;
  readonly #file: number;
  readonly #mostBytes: number;
  readonly #frames: Record<Stage, number> = { source: 0, normalize: 0, model: 0, write: 0 };
  readonly #beforeExit = (): void => {
    this.#flush();
  };
  /** Those whose rows have a title. */
  #modelThreads = 1;
  #gathered = OPENING;
  #position = 0;
  #full = false;
  #closed = false;
  #failure: DaylitError | undefined;

  /** @throws DaylitError OUTPUT_UNWRITABLE */
  constructor(path: string, mostBytes = MOST_BYTES) {
    this.#path = path;
    this.#mostBytes = mostBytes;
    try {
      this.#file = openSync(path, 'w');
    } catch (cause) {
      throw new DaylitError('OUTPUT_UNWRITABLE', path, { cause });
    }
    const rows = (Object.keys(ROWS) as Stage[]).map((stage) => titleOf(stage, 0));
    this.#gathered += `{"name":"process_name","ph":"M","pid":1,"args":{"name":"daylit"}},${rows.join(',')}`;
    this.onStep = (stage, endMs, milliseconds, thread = 0) => {
      this.#add(stage, endMs, milliseconds, thread);
    };
    process.on('exit', this.#beforeExit);
    this.#flush();
  }

  /** Writes what is left. Safe to call twice. @throws DaylitError OUTPUT_UNWRITABLE if the disk did not take it all */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    process.off('exit', this.#beforeExit);
    this.#flush();
    closeSync(this.#file);
    if (this.#failure !== undefined) throw this.#failure;
  }

  #add(stage: Stage, endMs: number, milliseconds: number, thread: number): void {
    const frame = this.#frames[stage];
    this.#frames[stage] += 1;
    if (this.#full) return;
    if (stage === 'model' && thread >= this.#modelThreads) {
      this.#gathered += `,\n${titleOf(stage, thread)}`;
      this.#modelThreads = thread + 1;
    }
    const start = Math.round(1000 * (endMs - milliseconds));
    const duration = Math.round(1000 * milliseconds);
    this.#gathered += `,\n{"name":"${stage}","ph":"X","pid":1,"tid":${rowOf(stage, thread)},"ts":${start},"dur":${duration},"args":{"frame":${frame}}}`;
    if (this.#gathered.length >= GATHERED) this.#flush();
  }

  #flush(): void {
    try {
      writeSync(this.#file, this.#gathered + CLOSING, this.#position);
      this.#position += this.#gathered.length;
      this.#full = this.#position >= this.#mostBytes;
    } catch (cause) {
      // The job is worth more than its trace: it goes on, and hears of it at its end.
      this.#failure = new DaylitError('OUTPUT_UNWRITABLE', this.#path, { cause });
      this.#full = true;
    }
    this.#gathered = '';
  }
}
