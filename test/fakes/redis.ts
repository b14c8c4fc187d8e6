import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { Redis } from 'ioredis';

const PASSWORD = 'not-to-be-told';

/** Debian's Redis on a port of its own, behind a password, without a file: it forgets all when it is ended. */
export class RedisServer {
  readonly url: string;
  /** A client that waits while the server is away. */
  readonly client: Redis;
  readonly #port: number;
  #process: ChildProcess | undefined;

  private constructor(port: number) {
    this.#port = port;
    this.url = `redis://:${PASSWORD}@127.0.0.1:${port}`;
    this.client = new Redis({ port, password: PASSWORD, maxRetriesPerRequest: null, retryStrategy: () => 100 });
    this.client.on('error', () => undefined);
  }

  static async start(t: TestContext): Promise<RedisServer> {
    const server = new RedisServer(await freePort());
    t.after(async () => {
      server.client.disconnect();
      await server.stop();
    });
    server.begin();
    await server.client.ping();
    return server;
  }

  begin(): void {
    const options = ['--port', `${this.#port}`, '--bind', '127.0.0.1', '--requirepass', PASSWORD];
    const silent = ['--save', '', '--appendonly', 'no', '--loglevel', 'warning'];
    this.#process = spawn('redis-server', [...options, ...silent], { stdio: 'ignore' });
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
