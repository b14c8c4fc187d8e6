import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import type { TestContext } from 'node:test';
import { MAIN } from './command-line.js';

/** What machines of a test's fleet share. */
export const FLEET_KEY = 'a-key-that-all-machines-of-a-fleet-share';

/** Longer than anything here takes; only so that a fault is told and does not hang. */
const LIMIT_MS = 120_000;
const LOOK_EVERY_MS = 100;

/** A line of `daylit work --json`. */
export interface FleetEvent {
  readonly event: string;
  readonly of?: string;
  readonly fence?: number;
  readonly detail?: string;
}

/** Where a process runs. */
export interface Surroundings {
  readonly env?: Readonly<Record<string, string>>;
  /** A command that becomes the one that follows it, such as `ip netns exec name`. */
  readonly within?: readonly string[];
}

/** `daylit work`, `enqueue` or `fleet` as a process of its own. */
export class FleetProcess {
  readonly events: FleetEvent[] = [];
  /** All that it has said. */
  said = '';
  readonly closed: Promise<unknown>;
  readonly #child: ChildProcess;

  constructor(
    t: TestContext,
    queue: string,
    args: readonly string[],
    cwd: string,
    { env: more = {}, within = [] }: Surroundings = {},
  ) {
    const cache = { XDG_CACHE_HOME: `${cwd}/cache` };
    const env = { ...process.env, ...cache, ...more, DAYLIT_QUEUE: queue, DAYLIT_FLEET_KEY: FLEET_KEY };
    const [program, ...rest] = [...within, process.execPath, MAIN, ...args, '--json'];
    const child = spawn(program, rest, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    this.closed = once(child, 'close');
    t.after(() => child.kill('SIGKILL'));
    child.stderr.on('data', (chunk: Buffer) => (this.said += chunk.toString()));
    createInterface(child.stdout).on('line', (line) => {
      this.said += `${line}\n`;
      this.events.push(JSON.parse(line) as FleetEvent);
    });
  }

  get pid(): number {
    return this.#child.pid ?? NaN;
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Resolves when such an event has come. */
  async told(event: string, of?: string): Promise<FleetEvent> {
    return until(`${event} ${of ?? ''} in\n${this.said}`, () =>
      this.events.find((each) => each.event === event && (of === undefined || each.of === of)),
    );
  }
}

/** Looks again and again until there is something to see. */
export async function until<T>(what: string, look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  const end = performance.now() + LIMIT_MS;
  while (performance.now() < end) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await setTimeout(LOOK_EVERY_MS);
  }
  assert.fail(`never: ${what}`);
}
