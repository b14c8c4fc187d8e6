import type { DaylitError } from '../core/errors.js';
import type { CameraStatus } from '../camera.js';
import type { LiveOutputStatus, LiveStatus, Notice, StateChange } from '../index.js';
import { jsonEvents } from './json-events.js';
import { createReporter, type ReportOptions } from './report.js';

/** How a command talks while a stream runs. */
export interface LiveReporter {
  readonly notice: (notice: Notice) => void;
  readonly state: (change: StateChange) => void;
  readonly status: (status: LiveStatus) => void;
  /** Of many cameras; to be called once a second. */
  readonly cameras: (statuses: readonly CameraStatus[]) => void;
  readonly summary: (status: LiveStatus) => void;
  readonly error: (error: DaylitError) => void;
}

/** Status lines where there is no terminal to write one line over and over. */
const PLAIN_EVERY_MS = 10_000;
/** As many looks at cameras, once a second. */
const LOOKS = PLAIN_EVERY_MS / 1000;

/** JSON lines; else a line for each change of state, and one that tells how the stream runs. */
export function createLiveReporter(options: ReportOptions): LiveReporter {
  const { notice, error } = createReporter(options);
  if (options.json) {
    const out = options.stdoutTaken ? process.stderr : process.stdout;
    const write = jsonEvents(out);
    const event = (name: string) => (body: object) => {
      write(name, body);
    };
    const status = event('status');
    const cameras = (statuses: readonly CameraStatus[]): void => {
      for (const each of statuses) status(each);
    };
    return { notice, error, state: event('state'), status, cameras, summary: event('summary') };
  }
  const line = (text: string): void => void process.stderr.write(`${text}\n`);
  const nothing = (): void => undefined;
  if (options.quiet) return { notice, error, state: nothing, status: nothing, cameras: nothing, summary: nothing };
  const rate = new Rate();
  let next = 0;
  let looks = 0;
  return {
    notice,
    error,
    state: (change) => {
      line(`${new Date().toTimeString().slice(0, 8)} ${stateLine(change)}`);
    },
    status: (status) => {
      const fps = rate.of(status);
      if (status.elapsedMs < next) return;
      next = status.elapsedMs + PLAIN_EVERY_MS;
      line(statusLine(status, fps));
    },
    cameras: (statuses) => {
      looks += 1;
      if (looks % LOOKS === 0) for (const status of statuses) line(cameraLine(status));
    },
    summary: (status) => {
      line(statusLine(status, (1000 * status.coloured) / Math.max(1, status.elapsedMs)));
    },
  };
}

/** One change of state as a line. */
export function stateLine({ of, state, reason, epoch = 0, retryInMs }: StateChange): string {
  const which = state === 'live' && epoch > 0 ? ` (connection ${epoch + 1})` : '';
  const again = retryInMs === undefined ? '' : `; again in ${(retryInMs / 1000).toFixed(1)} s`;
  return `${of}: ${state}${which}: ${reason.replace(/\s*\n\s*/g, '; ')}${again}`;
}

/** Where one of many cameras stands, as a line. */
export function cameraLine({ id, state, fps, framesIn, coloured, dropped, outputs }: CameraStatus): string {
  const counts = [`${framesIn} in`, `${coloured} coloured`, `${dropped} dropped`];
  return [`${id}: ${state} ${fps.toFixed(1)} fps`, counts.join(', '), ...outputs.map(outputText)].join(' · ');
}

/** Where a stream stands, as a line; frame ages are p50/p95, from arrival until an output has taken the frame. */
export function statusLine(status: LiveStatus, fps: number): string {
  const { state, framesIn, coloured, dropped, unreadable, workingScale = 1 } = status;
  const counts = [
    `${framesIn} in`,
    `${coloured} coloured`,
    `${dropped} dropped`,
    ...(unreadable > 0 ? [`${unreadable} unreadable`] : []),
    ...(workingScale < 1 ? [`at ${100 * workingScale} % of the size`] : []),
  ];
  return [`${state} ${fps.toFixed(1)} fps`, counts.join(', '), ...status.outputs.map(outputText)].join(' · ');
}

function outputText({ target, state, frames, dropped, ageMs }: LiveOutputStatus): string {
  const age = ageMs === undefined ? '' : `, age ${ageMs.p50.toFixed(0)}/${ageMs.p95.toFixed(0)} ms`;
  return `${target} ${state} ${frames}${dropped === 0 ? '' : ` (${dropped} dropped)`}${age}`;
}

/** Coloured frames a second between two looks. */
class Rate {
  #last = { coloured: 0, elapsedMs: 0 };

  of({ coloured, elapsedMs }: LiveStatus): number {
    const passed = Math.max(1, elapsedMs - this.#last.elapsedMs);
    const frames = coloured - this.#last.coloured;
    this.#last = { coloured, elapsedMs };
    return (1000 * frames) / passed;
  }
}
