import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { packageRoot } from '../../src/core/package-root.js';
import type { ObjectStoreAccess } from '../../src/fleet/object-store.js';
import type { CleansUp } from './fault-proxy.js';
import { startPython } from './python.js';

/** What lies in the bucket. */
export interface BucketContent {
  /** Sizes by key. */
  readonly objects: Readonly<Record<string, number>>;
  /** Uploads that were begun and neither completed nor given up. */
  readonly uploads: number;
}

/** moto's server in a process of its own, with the bucket `colour`; `DAYLIT_PYTHON` must have `moto[server,s3]`. */
export class S3Server {
  private constructor(
    readonly access: ObjectStoreAccess,
    private readonly child: ChildProcessByStdio<Writable, Readable, Readable>,
    private readonly lines: Interface,
  ) {}

  static async start(t: CleansUp): Promise<S3Server> {
    const child = startPython(t, [join(packageRoot(), 'test/fakes/s3-server.py')]);
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const lines = createInterface(child.stdout);
    const first = await Promise.race([once(lines, 'line'), once(child, 'close')]);
    if (typeof first[0] !== 'string') throw new Error(`no S3 server: ${said}`);
    return new S3Server(JSON.parse(first[0]) as ObjectStoreAccess, child, lines);
  }

  /** The key as workers have it. */
  get env(): Readonly<Record<string, string>> {
    const { endpoint, region, accessKeyId, secretAccessKey } = this.access;
    const key = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
    return { ...key, AWS_REGION: region, AWS_ENDPOINT_URL: endpoint };
  }

  async content(): Promise<BucketContent> {
    const line = once(this.lines, 'line');
    this.child.stdin.write('\n');
    return JSON.parse(String((await line)[0])) as BucketContent;
  }
}
