import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { packageRoot } from '../../src/core/package-root.js';
import type { CleansUp } from './fault-proxy.js';

/**
 * Starts Python with what the examples and the fuzzing need: `DAYLIT_PYTHON`, which .ci/run makes with
 * `pip install './examples/python[detector]' schemathesis 'moto[server,s3]'`, or else `python3`, which must have them.
 */
export function startPython(
  t: CleansUp,
  args: readonly string[],
  cwd = join(packageRoot(), 'examples/python'),
): ChildProcessByStdio<Writable, Readable, Readable> {
  const child = spawn(process.env.DAYLIT_PYTHON ?? 'python3', args, {
    cwd,
    env: { ...process.env, PYTHONPATH: join(packageRoot(), 'examples/python'), PYTHONUNBUFFERED: '1' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  t.after(() => child.kill('SIGKILL'));
  return child;
}

/** Runs it to its end. */
export async function python(
  t: CleansUp,
  args: readonly string[],
  cwd?: string,
): Promise<{ readonly status: number | null; readonly said: string }> {
  const child = startPython(t, args, cwd);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stdin.end();
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => {
      resolve({ status, said });
    });
  });
}
