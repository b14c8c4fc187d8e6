import type { Redis } from 'ioredis';
import { livingWorkers, type WorkerStatus } from './heartbeat.js';
import { leave } from './leaving.js';
import { pageToken } from './page-token.js';
import type { QueueAddress } from './queue-address.js';
import { connected } from './reachable.js';
import { WorkerEvents, type PageEvent } from './worker-events.js';

const LOOK_EVERY_MS = 1000;
/** How long a worker may take to say where its cameras stand. */
const PATIENCE_MS = 3000;

/** Told an event of the page and its data. */
type TellEvent = (event: string, data: object) => void;

/** Where a camera is served. */
export interface Place {
  readonly address: string;
  readonly token: string;
}

/**
 * All cameras of a fleet, by what its workers say of themselves. While Redis is away what was known last holds: the
 * cameras run on where they were.
 */
export class FleetPage {
  readonly #redis: Redis;
  readonly #token: string;
  readonly #listeners = new Set<() => void>();
  readonly #timer: NodeJS.Timeout;
  readonly #followers = new Set<TellEvent>();
  readonly #events: WorkerEvents;
  /** Cameras that followers were told of, and not yet that they are gone. */
  readonly #told = new Set<string>();
  #workers: readonly WorkerStatus[] = [];

  private constructor(redis: Redis, key: string) {
    this.#redis = redis;
    this.#token = pageToken(key).token;
    this.#events = new WorkerEvents(this.#token, (address, event) => {
      this.#tell(address, event);
    });
    this.#timer = setInterval(() => void this.#look(), LOOK_EVERY_MS);
  }

  /** @throws DaylitError QUEUE_UNREACHABLE */
  static async open({ queue, key }: { readonly queue: QueueAddress; readonly key: string }): Promise<FleetPage> {
    const redis = await connected(queue);
    const page = new FleetPage(redis, key);
    await page.#look();
    return page;
  }

  /** Where each camera stands, as its worker says; those of a worker that does not answer are left out. */
  async cameras(): Promise<readonly unknown[]> {
    const answers = this.#workers.map(async ({ address }) => (address === undefined ? [] : this.#ask(address)));
    return (await Promise.all(answers)).flat();
  }

  /** The worker that took a camera last. */
  serverOf(camera: string): Place | undefined {
    const fenceOf = ({ cameras }: WorkerStatus): number => cameras.find(({ id }) => id === camera)?.fence ?? -1;
    const [newest] = this.#workers.toSorted((a, b) => fenceOf(b) - fenceOf(a));
    if (newest?.address === undefined || fenceOf(newest) < 0) return undefined;
    return { address: newest.address, token: this.#token };
  }

  /** Told after each look. @returns stops it */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Tells what the pages of all workers tell; workers are asked only while anybody listens. @returns stops it */
  followEvents(tell: TellEvent): () => void {
    this.#followers.add(tell);
    this.#followWorkers();
    return () => {
      this.#followers.delete(tell);
      this.#followWorkers();
    };
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#events.follow([]);
    await leave(this.#redis, []);
  }

  async #look(): Promise<void> {
    if (this.#redis.status !== 'ready') return;
    try {
      this.#workers = await livingWorkers(this.#redis);
    } catch {
      return;
    }
    for (const listener of this.#listeners) listener();
    this.#followWorkers();
    for (const id of [...this.#told].filter((each) => this.serverOf(each) === undefined)) {
      this.#told.delete(id);
      for (const tell of this.#followers) tell('removed', { id });
    }
  }

  #followWorkers(): void {
    const pages = this.#workers.flatMap(({ address, cameras }) =>
      address === undefined ? [] : [{ address, cameras: cameras.map(({ id }) => id).sort() }],
    );
    this.#events.follow(this.#followers.size > 0 ? pages : []);
  }

  #tell(address: string, { event, data }: PageEvent): void {
    const id = data['id'] ?? data['camera'];
    // Also its end: what another runs by now is not gone.
    if (typeof id !== 'string' || this.serverOf(id)?.address !== address) return;
    if (event === 'removed') this.#told.delete(id);
    else this.#told.add(id);
    for (const tell of this.#followers) tell(event, data);
  }

  async #ask(address: string): Promise<readonly unknown[]> {
    try {
      const headers = { authorization: `Bearer ${this.#token}` };
      const answer = await fetch(`${address}/api/cameras`, { headers, signal: AbortSignal.timeout(PATIENCE_MS) });
      const { cameras } = (await answer.json()) as { cameras?: readonly { readonly id: string }[] };
      // During a hand-over two show it; the one that took it last is meant.
      return (cameras ?? []).filter(({ id }) => this.serverOf(id)?.address === address);
    } catch {
      return [];
    }
  }
}
