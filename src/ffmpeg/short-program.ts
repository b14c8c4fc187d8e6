import { execFile } from 'node:child_process';

/** Longest that such a program may take, in milliseconds. */
const PATIENCE_MS = 10_000;

/**
 * Runs a small program of the system to its end, without a shell; what it prints is let go.
 * @returns `failed` also where it takes too long
 */
export function runShortProgram(name: string, args: readonly string[]): Promise<'done' | 'failed' | 'not found'> {
  return new Promise((resolve) => {
    execFile(name, args, { timeout: PATIENCE_MS, killSignal: 'SIGKILL' }, (error) => {
      if (error === null) resolve('done');
      else resolve(error.code === 'ENOENT' ? 'not found' : 'failed');
    });
  });
}
