import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { Redis } from 'ioredis';

const PASSWORD = 'not-to-be-told';

/** How a server is unlike the usual one. */
export interface RedisOptions {
  /** Where it writes down all that it is told; left out: it forgets all when it is ended. */
  readonly memory?: string;
  /** An address to listen at besides 127.0.0.1. */
  readonly address?: string;
}

/** Debian's Redis on a port of its own, behind a password. */
export class RedisServer {
  readonly url: string;
  /** A client that waits while the server is away. */
  readonly client: Redis;
  readonly #port: number;
  #process: ChildProcess | undefined;

  private constructor(
    port: number,
    private readonly options: RedisOptions,
  ) {
    this.#port = port;
    this.url = `redis://:${PASSWORD}@127.0.0.1:${port}`;
    this.client = new Redis({ port, password: PASSWORD, maxRetriesPerRequest: null, retryStrategy: () => 100 });
    this.client.on('error', () => undefined);
  }

  static async start(t: TestContext, options: RedisOptions = {}): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), options);
    t.after(async () => {
      server.client.disconnect();
      await server.stop();
    });
    server.begin();
    await server.client.ping();
    return server;
  }

  /** The same server as it is reached at another address. */
  urlAt(address: string): string {
    return this.url.replace('127.0.0.1', address);
  }

  begin(): void {
    const { memory, address } = this.options;
    const places = ['127.0.0.1', ...(address === undefined ? [] : [address])];
    const options = ['--port', `${this.#port}`, '--bind', ...places, '--requirepass', PASSWORD];
    const kept =
      memory === undefined
        ? ['--appendonly', 'no']
        : ['--appendonly', 'yes', '--appendfsync', 'always', '--dir', memory];
    const silent = ['--save', '', '--loglevel', 'warning'];
    this.#process = spawn('redis-server', [...options, ...kept, ...silent], { stdio: 'ignore' });
  }

  async stop(): Promise<void> {
    const running = this.#process;
    if (running?.exitCode !== null || running.signalCode !== null) return;
    running.kill('SIGKILL');
    await once(running, 'close');
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
