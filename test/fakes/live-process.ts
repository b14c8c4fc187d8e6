import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import type { LiveStatus, StateChange } from '../../src/index.js';
import { MAIN } from './command-line.js';
import type { CleansUp } from './fault-proxy.js';

/** An event of `daylit stream --json`; `at`: when it reached us, in milliseconds of `performance.now()`. */
export type LiveEvent = { readonly event: string; readonly at: number; readonly code?: string } & Partial<StateChange> &
  Partial<LiveStatus>;

/** Longer than anything in tests takes; only so that a fault is told and does not hang. */
const LIMIT_MS = 30_000;

/** A running `daylit stream --json` whose events can be waited for. */
export class LiveProcess {
  readonly events: LiveEvent[] = [];
  /** All that it has said. */
  said = '';
  /** How long an event may be waited for, in milliseconds. */
  limitMs = LIMIT_MS;
  readonly #child: ChildProcess;
  readonly #waiting = new Set<() => void>();
  #looked = 0;
  #ended = false;
  /** Resolves when it has gone and all that it said has come. */
  readonly ended: Promise<void>;

  /**
   * @param args coloured by a palette where they name no reference
   * @param eventsFrom where events come from: stderr when stdout carries pictures
   */
  constructor(
    t: CleansUp,
    args: readonly string[],
    cwd: string,
    eventsFrom: 'stdout' | 'stderr' = 'stdout',
    env: NodeJS.ProcessEnv = {},
  ) {
    const colouring = args.includes('-r') ? [] : ['--palette', 'ironbow'];
    const child = spawn(process.execPath, [MAIN, 'stream', ...colouring, '--json', ...args], {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    this.#child = child;
    t.after(() => child.kill('SIGKILL'));
    this.ended = once(child, 'close').then(() => {
      this.#ended = true;
      for (const look of this.#waiting) look();
    });
    child.stderr.on('data', (chunk: Buffer) => (this.said += chunk.toString()));
    createInterface(child[eventsFrom]).on('line', (line) => {
      this.said += `${line}\n`;
      this.events.push({ ...(JSON.parse(line) as Omit<LiveEvent, 'at'>), at: performance.now() });
      for (const look of this.#waiting) look();
    });
  }

  get pid(): number {
    assert.ok(this.#child.pid !== undefined);
    return this.#child.pid;
  }

  /** Where `eventsFrom` is stderr: the pictures. */
  get pictures(): Readable {
    assert.ok(this.#child.stdout !== null);
    return this.#child.stdout;
  }

  /** Waits for the next event of a kind, looking on from the last one that was waited for. */
  async next(what: string, matches: (event: LiveEvent) => boolean): Promise<LiveEvent> {
    const given = new AbortController();
    try {
      return await Promise.race([
        this.#first(matches),
        setTimeout(this.limitMs, undefined, { signal: given.signal }).then(() =>
          assert.fail(`no ${what}:\n${this.said}`),
        ),
      ]);
    } finally {
      given.abort();
    }
  }

  /** Lets what has happened so far be past: only later events are waited for. */
  lookFromHere(): void {
    this.#looked = this.events.length;
  }

  /** Waits for a change of the source's state. */
  source(state: StateChange['state']): Promise<LiveEvent> {
    return this.next(state, (event) => event.event === 'state' && event.of === 'source' && event.state === state);
  }

  /** To it alone, or to its whole process group, as a terminal does. */
  signal(name: NodeJS.Signals, to: 'process' | 'group' = 'process'): void {
    process.kill(to === 'group' ? -this.pid : this.pid, name);
  }

  /** Asks it to stop; its exit status and last word. */
  async stop(
    to: 'process' | 'group' = 'process',
  ): Promise<{ readonly status: number | null; readonly summary: LiveStatus }> {
    const closed = once(this.#child, 'close') as Promise<[number | null]>;
    this.#child.stdout?.resume();
    this.signal('SIGTERM', to);
    const [status] = await closed;
    const summary = this.events.find(({ event }) => event === 'summary');
    assert.ok(summary, this.said);
    return { status, summary: summary as unknown as LiveStatus };
  }

  #first(matches: (event: LiveEvent) => boolean): Promise<LiveEvent> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const index = this.events.findIndex((event, at) => at >= this.#looked && matches(event));
        const found = this.events[index];
        if (found === undefined) {
          if (this.#ended) reject(new Error(`daylit ended:\n${this.said}`));
          return;
        }
        this.#looked = index + 1;
        this.#waiting.delete(look);
        resolve(found);
      };
      this.#waiting.add(look);
      look();
    });
  }
}

/** Commands of running ffmpegs whose working folder this is: all that a stream started there has started (Linux). */
export function ffmpegsIn(folder: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((id) => {
      try {
        const command = readFileSync(`/proc/${id}/cmdline`, 'utf8').split('\0').join(' ');
        const ours =
          readlinkSync(`/proc/${id}/cwd`) === folder && readFileSync(`/proc/${id}/comm`, 'utf8').includes('ffmpeg');
        return ours ? [command] : [];
      } catch {
        return []; // it has just ended
      }
    });
}

/** Commands of running processes that hold this text, such as a port; those of ffmpeg hold the address they work on. */
export function ffmpegsWith(text: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((id) => {
      try {
        const command = readFileSync(`/proc/${id}/cmdline`, 'utf8').split('\0').join(' ');
        return command.includes('ffmpeg') && command.includes(text) ? [command] : [];
      } catch {
        return [];
      }
    });
}
