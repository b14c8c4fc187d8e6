import { Presets, SingleBar } from 'cli-progress';
import type { DaylitError } from '../core/errors.js';
import type { Notice } from '../core/notices.js';
import type { Progress, Summary } from '../index.js';
import { describeSummary, duration, stageSplit } from './describe.js';
import { jsonEvents } from './json-events.js';

/** How a command talks while it works. */
export interface Reporter {
  readonly notice: (notice: Notice) => void;
  readonly progress: (progress: Progress) => void;
  readonly summary: (summary: Summary) => void;
  readonly error: (error: DaylitError) => void;
}

/** Where the text goes and how. */
export interface ReportOptions {
  readonly json: boolean;
  readonly quiet: boolean;
  /** Whether stdout carries pictures, so that nothing else may go there. */
  readonly stdoutTaken: boolean;
}

/** Of interest to programs, too many for people; `daylit doctor` tells about devices at length. */
const DETAILS: ReadonlySet<Notice['kind']> = new Set(['provider-refused', 'cut']);

/** Milliseconds between two plain progress lines. */
const PLAIN_EVERY = 5000;

/** JSON lines, a progress bar on a terminal, plain lines elsewhere. */
export function createReporter(options: ReportOptions): Reporter {
  if (options.json) return jsonReporter(options.stdoutTaken ? process.stderr : process.stdout);
  if (options.quiet) return { notice: nothing, progress: nothing, summary: nothing, error: printError };
  return process.stderr.isTTY ? barReporter() : plainReporter();
}

/** `error CODE: what happened`, then the hint on a line of its own. */
export function printError(error: DaylitError): void {
  process.stderr.write(`error ${error.code}: ${error.message}\nhint: ${error.hint}\n`);
}

function nothing(): void {
  // A quiet run says nothing unless it fails.
}

function jsonReporter(stream: NodeJS.WritableStream): Reporter {
  const event = jsonEvents(stream);
  let next = 0;
  return {
    notice: (notice) => {
      event('notice', notice);
    },
    progress: (progress) => {
      if (progress.elapsedMs < next) return;
      next = progress.elapsedMs + 1000;
      event('progress', progress);
    },
    summary: ({ failures, ...summary }) => {
      event('summary', {
        ...summary,
        failures: failures.map(({ target, error }) => ({ target, code: error.code, message: error.message })),
      });
    },
    error: ({ code, message, hint, exitStatus }) => {
      event('error', { code, message, hint, exitStatus });
    },
  };
}

function plainReporter(): Reporter {
  let next = PLAIN_EVERY;
  return {
    notice: printNotice,
    progress: (progress) => {
      if (progress.elapsedMs < next) return;
      next = progress.elapsedMs + PLAIN_EVERY;
      const total = progress.of === undefined ? '' : ` of ${progress.of}`;
      process.stderr.write(`${progress.frames}${total} frames, ${speed(progress)} fps, ${stageSplit(progress)}\n`);
    },
    summary: printSummary,
    error: printError,
  };
}

function barReporter(): Reporter {
  const bar = new SingleBar(
    {
      format: '{bar} {value}{of} frames · {fps} fps · {left} left · {stages}',
      stream: process.stderr,
      hideCursor: true,
    },
    Presets.shades_classic,
  );
  let started = false;
  const above = (print: () => void): void => {
    if (started) process.stderr.write('\n');
    print();
  };
  const end = (): void => {
    if (started) bar.stop();
    started = false;
  };
  return {
    notice: (notice) => {
      above(() => {
        printNotice(notice);
      });
    },
    progress: (progress) => {
      const total = progress.of ?? 0;
      const fps = speed(progress);
      const left =
        total > 0 && progress.frames > 0 ? (progress.elapsedMs * (total - progress.frames)) / progress.frames : NaN;
      const payload = {
        fps,
        of: total > 0 ? ` of ${total}` : '',
        left: Number.isNaN(left) ? '?' : duration(left),
        stages: stageSplit(progress),
      };
      if (!started) bar.start(Math.max(total, progress.frames), progress.frames, payload);
      started = true;
      bar.setTotal(Math.max(total, progress.frames));
      bar.update(progress.frames, payload);
    },
    summary: (summary) => {
      end();
      printSummary(summary);
    },
    error: (error) => {
      end();
      printError(error);
    },
  };
}

function printNotice({ kind, message }: Notice): void {
  if (!DETAILS.has(kind)) process.stderr.write(`${message}\n`);
}

function printSummary(summary: Summary): void {
  process.stderr.write(describeSummary(summary));
}

function speed({ frames, elapsedMs }: Progress): string {
  return elapsedMs > 0 ? ((frames * 1000) / elapsedMs).toFixed(1) : '0';
}
