import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { DaylitError, type ErrorCode } from '../core/errors.js';
import { redact } from '../core/redact.js';
import { realWait, type Wait } from '../core/wait.js';
import { forgetOrphan, watchForOrphan } from './orphan-watch.js';
import { readStderrLine, type FfmpegEvent, type FfmpegProgress, type StderrLine } from './stderr.js';
import { climb } from './stop-ladder.js';

/** Lines of stderr that are kept; the newest win. */
const TAIL_LINES = 40;
/** Lines that an error quotes. */
const QUOTED_LINES = 4;
/** Longest line that is kept; a flood without line ends must not fill the memory. */
const LINE_CHARACTERS = 2000;
const GRACE_MILLISECONDS = 3000;

export interface FfmpegRun {
  /** `data`: we write input; its end is ffmpeg's end. `control`: only to ask ffmpeg to stop. Default `ignore`. */
  readonly stdin?: 'data' | 'control' | 'ignore';
  /** `inherit`: straight to our own standard output. Default `ignore`. */
  readonly stdout?: 'pipe' | 'inherit' | 'ignore';
  readonly onLine?: (line: StderrLine) => void;
  readonly onProgress?: (progress: FfmpegProgress) => void;
  /** How long each step of a stop may take before the next. */
  readonly graceMilliseconds?: number;
  readonly wait?: Wait;
}

/** A running ffmpeg. */
export interface FfmpegProcess {
  /** Undefined where it could not be started; `finished` says why. */
  readonly pid: number | undefined;
  /** Where `stdin: 'data'`: raw input. */
  readonly stdin: Writable | undefined;
  /** Where `stdout: 'pipe'`. */
  readonly stdout: Readable | undefined;
  /**
   * Resolves when it has ended well, or because it was stopped; rejects with a DaylitError otherwise. Waits for stderr
   * to be read to its end. Never an unhandled rejection by itself.
   */
  readonly finished: Promise<void>;
  /** What it has printed that matters. */
  readonly events: ReadonlySet<FfmpegEvent>;
  /** Its last lines, credentials taken out. */
  tail(): readonly string[];
  /** Asks politely (input ends, or `q`), then by SIGTERM once, then by SIGKILL. Resolves when it is gone. */
  stop(): Promise<void>;
  /** Ends it at once; for work whose result nobody wants. Resolves when it is gone. */
  kill(): Promise<void>;
}

/**
 * Starts ffmpeg with arguments as they are, never through a shell. It ends when this process does, even by kill -9.
 *
 * `finished` rejects with OUTPUT_FULL or OUTPUT_UNWRITABLE where ffmpeg said so, else FFMPEG_FAILED (or
 * FFMPEG_NOT_FOUND where it could not be started); the message holds its last lines and the cause the command.
 */
export function startFfmpeg(path: string, args: readonly string[], run: FfmpegRun = {}): FfmpegProcess {
  const child = spawn(path, args, {
    stdio: [run.stdin === undefined || run.stdin === 'ignore' ? 'ignore' : 'pipe', run.stdout ?? 'ignore', 'pipe'],
    windowsHide: true,
    // In a process group of its own: Ctrl-C reaches the whole group of the terminal, and ffmpeg, stopped behind our
    // back, would take no more of the frames that are to be finished.
    detached: process.platform !== 'win32',
  });
  if (child.pid !== undefined) watchForOrphan(child.pid);
  const log = new StderrLog(run);
  let stopping = false;
  const exited = exitOf(child, log);
  const finished = exited.then((exit) => {
    if (child.pid !== undefined) forgetOrphan(child.pid);
    if (!stopping && exit !== 'success') throw failure(path, args, exit, log);
  });
  finished.catch(() => undefined);
  // A broken pipe is told by the exit; without a listener it would be thrown.
  child.stdin?.on('error', () => undefined);

  const askPolitely = (): void => {
    if (run.stdin === 'control') child.stdin?.write('q');
    child.stdin?.end();
  };
  const climbFrom = async (steps: readonly (() => void)[]): Promise<void> => {
    stopping = true;
    await climb(steps, exited, run.graceMilliseconds ?? GRACE_MILLISECONDS, run.wait ?? realWait);
  };
  const signal = (name: NodeJS.Signals) => (): void => {
    child.kill(name);
  };
  return {
    pid: child.pid,
    stdin: run.stdin === 'data' ? (child.stdin ?? undefined) : undefined,
    stdout: child.stdout ?? undefined,
    finished,
    events: log.events,
    tail: () => log.lines(),
    stop: () =>
      climbFrom(
        child.stdin === null
          ? [signal('SIGTERM'), signal('SIGKILL')]
          : [askPolitely, signal('SIGTERM'), signal('SIGKILL')],
      ),
    kill: () => climbFrom([signal('SIGKILL')]),
  };
}

type Exit = 'success' | { readonly code: number | null; readonly signal: string | null } | Error;

/** Resolves once the process is gone and stderr has been read. */
function exitOf(child: ChildProcess, log: StderrLog): Promise<Exit> {
  child.stderr?.setEncoding('utf8');
  child.stderr?.on('data', (text: string) => {
    log.push(text);
  });
  return new Promise((resolve) => {
    child.once('error', (error) => {
      // Also emitted when a signal could not be sent; only a failed start is an end.
      if (child.pid === undefined) resolve(error);
    });
    child.once('exit', (code, signal) => {
      const exit: Exit = code === 0 ? 'success' : { code, signal };
      const done = (): void => {
        log.end();
        resolve(exit);
      };
      if (child.stderr === null || child.stderr.closed) done();
      else child.stderr.once('close', done);
    });
  });
}

const CODE_OF_EVENT: Partial<Record<FfmpegEvent, ErrorCode>> = { 'disk-full': 'OUTPUT_FULL' };

function failure(path: string, args: readonly string[], exit: Exclude<Exit, 'success'>, log: StderrLog): DaylitError {
  const command = redact([path, ...args].join(' '));
  if (exit instanceof Error) return new DaylitError('FFMPEG_NOT_FOUND', `${path}: ${exit.message}`, { cause: exit });
  const how = exit.signal === null ? `exit status ${String(exit.code)}` : `ended by ${exit.signal}`;
  const event = [...log.events].find((name) => name in CODE_OF_EVENT);
  const code = (event === undefined ? undefined : CODE_OF_EVENT[event]) ?? 'FFMPEG_FAILED';
  const quoted = log.gravest().slice(-QUOTED_LINES);
  return new DaylitError(code, [how, ...quoted].join('\n  '), { cause: new Error(`command: ${command}`) });
}

/** Cuts stderr into lines, keeps the last of them, and notes what they mean. */
class StderrLog {
  readonly events = new Set<FfmpegEvent>();
  readonly #tail: { readonly text: string; readonly grave: boolean }[] = [];
  readonly #run: FfmpegRun;
  #rest = '';

  constructor(run: FfmpegRun) {
    this.#run = run;
  }

  push(text: string): void {
    const lines = (this.#rest + text).split(/\r\n|\n|\r/);
    this.#rest = (lines.pop() ?? '').slice(0, LINE_CHARACTERS);
    for (const line of lines) this.#take(line);
  }

  end(): void {
    if (this.#rest !== '') this.#take(this.#rest);
    this.#rest = '';
  }

  lines(): string[] {
    return this.#tail.map(({ text }) => text);
  }

  /** Errors alone where there are any. */
  gravest(): string[] {
    const grave = this.#tail.filter((line) => line.grave);
    return (grave.length > 0 ? grave : this.#tail).map(({ text }) => text);
  }

  #take(raw: string): void {
    if (raw.trim() === '') return;
    const line = readStderrLine(redact(raw.slice(0, LINE_CHARACTERS)));
    this.#run.onLine?.(line);
    if (line.kind === 'progress') {
      this.#run.onProgress?.(line.progress);
      return;
    }
    if (line.event !== undefined) this.events.add(line.event);
    this.#tail.push({
      text: line.text,
      grave: line.level === 'error' || line.level === 'fatal' || line.level === 'panic',
    });
    if (this.#tail.length > TAIL_LINES) this.#tail.shift();
  }
}
