import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';

/** What cleans up: a test, or a program that keeps a list. */
export interface CleansUp {
  after(step: () => unknown): void;
}

/** How often a slow line passes something on, in milliseconds. */
const SLICE_MS = 50;

/**
 * A loopback TCP proxy between a camera and whoever watches it, which misbehaves on command. Faults concern what comes
 * from the camera; what goes to it is only held up while the line is stalled.
 */
export class FaultProxy {
  readonly #connections = new Set<Socket>();
  #flow: Promise<unknown> = Promise.resolve();
  #resume: (() => void) | undefined;
  #bytesPerSecond = Infinity;
  #corrupted = 0;
  #refusing = false;
  #cutWithin: (() => void) | undefined;

  private constructor(
    private readonly server: Server,
    private readonly target: number,
  ) {
    server.on('connection', (client) => {
      this.#accept(client);
    });
  }

  /** Listens on a free port of 127.0.0.1 and passes on to `target` there; ends with the test. */
  static async start(t: CleansUp, target: number): Promise<FaultProxy> {
    const server = createServer({ noDelay: true }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const proxy = new FaultProxy(server, target);
    t.after(() => {
      server.close();
      proxy.cut();
    });
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Connections that stand now. */
  get connections(): number {
    return this.#connections.size / 2;
  }

  /** Nothing passes, while all connections stay open and new ones are taken. */
  stall(): void {
    if (this.#resume === undefined) this.#flow = new Promise((resolve) => (this.#resume = () => { resolve(undefined); })); // prettier-ignore
  }

  /** Ends a stall; what waited comes all at once. */
  resume(): void {
    this.#resume?.();
    this.#resume = undefined;
  }

  /** Resets every connection; new ones are taken. */
  cut(): void {
    for (const socket of this.#connections) socket.resetAndDestroy();
    this.resume();
  }

  /** Resets the next connection that carries something, in the middle of it. Resolves when that is done. */
  cutWithinPacket(): Promise<void> {
    return new Promise((resolve) => (this.#cutWithin = resolve));
  }

  /** Whether new connections are reset at once. */
  refuse(refusing: boolean): void {
    this.#refusing = refusing;
  }

  /** Lets no more than this pass in a second; Infinity for all. */
  slow(bytesPerSecond: number): void {
    this.#bytesPerSecond = bytesPerSecond;
  }

  /** Changes a byte in this share of the pieces that pass, 0 to 1. */
  corrupt(share: number): void {
    this.#corrupted = share;
  }

  #accept(client: Socket): void {
    if (this.#refusing) {
      client.resetAndDestroy();
      return;
    }
    const camera = connect({ port: this.target, host: '127.0.0.1', noDelay: true });
    for (const [socket, other] of [
      [client, camera],
      [camera, client],
    ] as const) {
      // prettier-ignore
      this.#connections.add(socket);
      socket.on('error', () => other.resetAndDestroy());
      socket.once('close', () => {
        this.#connections.delete(socket);
        other.destroy();
      });
    }
    void this.#pass(client, camera, false);
    void this.#pass(camera, client, true);
  }

  async #pass(from: Socket, to: Socket, faulty: boolean): Promise<void> {
    try {
      for await (const piece of from as AsyncIterable<Buffer>) {
        await this.#flow;
        if (faulty && this.#cutWithin !== undefined && piece.length > 1) {
          await sent(to, piece.subarray(0, piece.length >> 1));
          this.#cutWithin();
          this.#cutWithin = undefined;
          from.resetAndDestroy();
          to.resetAndDestroy();
          return;
        }
        await (faulty ? this.#faulty(piece, to) : sent(to, piece));
      }
      to.end();
    } catch {
      // A connection that breaks is what this is for.
    }
  }

  async #faulty(piece: Buffer, to: Socket): Promise<void> {
    if (Math.random() < this.#corrupted) {
      const at = Math.floor(Math.random() * piece.length);
      piece[at] = (piece[at] ?? 0) ^ 0x55;
    }
    for (let at = 0; at < piece.length;) {
      const slice = Math.max(1, Math.ceil((this.#bytesPerSecond * SLICE_MS) / 1000));
      await sent(to, piece.subarray(at, at + slice));
      at += slice;
      if (Number.isFinite(slice)) await setTimeout(SLICE_MS);
    }
  }
}

/** Resolves when a socket has taken the bytes; rejects where it never will. */
function sent(socket: Socket, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.write(bytes, (thrown) => {
      if (thrown) reject(thrown);
      else resolve();
    });
  });
}
