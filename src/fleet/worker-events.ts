import type { ReadableStream } from 'node:stream/web';

/** An event of a worker's page: its name, and its data as it came. */
export interface PageEvent {
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Characters of one event; whatever sends more without an end is no page of ours. */
const LONGEST_EVENT = 1024 * 1024;

/** Takes server-sent events out of text that comes in pieces (HTML standard, "Server-sent events"; as daylit writes them). */
export class EventReader {
  #rest = '';

  /** @returns the events that are complete with this piece; what cannot be read is left out */
  push(text: string): readonly PageEvent[] {
    const blocks = (this.#rest + text).split('\n\n');
    this.#rest = blocks.pop() ?? '';
    if (this.#rest.length > LONGEST_EVENT) throw new RangeError('an event without an end');
    return blocks.flatMap((block) => eventOf(block) ?? []);
  }
}

function eventOf(block: string): PageEvent | undefined {
  const { event, data = '' } = /^event: (?<event>[a-z]+)\ndata: (?<data>.*)$/.exec(block)?.groups ?? {};
  if (event === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === 'object' && value !== null ? { event, data: { ...value } } : undefined;
  } catch {
    return undefined;
  }
}

/** A page of a worker, and which cameras it shows: it tells only of those that it showed when it was asked. */
export interface FollowedPage {
  readonly address: string;
  readonly cameras: readonly string[];
}

/** Follows the events of some workers' pages, each by one connection, which is begun again when it has ended. */
export class WorkerEvents {
  /** By address and cameras. */
  readonly #connections = new Map<string, AbortController>();

  /**
   * @param token that workers' pages take
   * @param onEvent told of each event, and the page it comes from
   */
  constructor(
    private readonly token: string,
    private readonly onEvent: (address: string, event: PageEvent) => void,
  ) {}

  /** From now on these and no others; to be called again and again. */
  follow(pages: readonly FollowedPage[]): void {
    const wanted = new Map(pages.map(({ address, cameras }) => [[address, ...cameras].join(' '), address]));
    for (const [key, connection] of this.#connections) {
      if (wanted.has(key)) continue;
      connection.abort();
      this.#connections.delete(key);
    }
    for (const [key, address] of wanted) {
      if (this.#connections.has(key)) continue;
      const connection = new AbortController();
      this.#connections.set(key, connection);
      void this.#read(address, connection.signal).finally(() => {
        if (this.#connections.get(key) === connection) this.#connections.delete(key);
      });
    }
  }

  async #read(address: string, signal: AbortSignal): Promise<void> {
    const reader = new EventReader();
    const decoder = new TextDecoder();
    try {
      const headers = { authorization: `Bearer ${this.token}` };
      const answer = await fetch(`${address}/api/events`, { headers, signal });
      if (!answer.ok || answer.body === null) return;
      for await (const piece of answer.body as ReadableStream<Uint8Array>) {
        for (const event of reader.push(decoder.decode(piece, { stream: true }))) this.onEvent(address, event);
      }
    } catch {
      // It has ended, or goes away: the next look tells whether to begin again.
    }
  }
}
