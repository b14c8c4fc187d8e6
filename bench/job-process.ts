import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import type { JobRequest, JobResult } from './job-messages.js';

/** What a job in a process of its own gave, with the time at which that process was started. */
export interface Ran extends JobResult {
  /** Milliseconds of the epoch, with fractions. */
  readonly startedAt: number;
}

/**
 * Runs jobs, each in a fresh process, so that none inherits the other's heap. Those that wait begin together.
 *
 * @param environment beside our own
 * @throws Error where one ends without a result
 */
export async function runJobs(
  requests: readonly JobRequest[],
  environment: Readonly<Record<string, string>> = {},
): Promise<readonly Ran[]> {
  const jobs = requests.map((request) => {
    const startedAt = performance.timeOrigin + performance.now();
    const child = fork(new URL('./job-program.js', import.meta.url), [JSON.stringify(request)], {
      env: { ...process.env, ...environment },
    });
    return { child, startedAt, waits: request.waits };
  });
  await Promise.all(jobs.filter(({ waits }) => waits).map(({ child }) => message(child)));
  for (const { child, waits } of jobs) if (waits) child.send('go');
  return Promise.all(
    jobs.map(async ({ child, startedAt }) => ({ ...((await message(child)) as JobResult), startedAt })),
  );
}

/** The next thing that a process says. */
async function message(child: ChildProcess): Promise<unknown> {
  const ended = new AbortController();
  try {
    return await Promise.race([
      once(child, 'message', { signal: ended.signal }).then(([said]) => said as unknown),
      once(child, 'exit', { signal: ended.signal }).then(([status]) => {
        throw new Error(`a job's process ended with status ${String(status)} and no result`);
      }),
    ]);
  } finally {
    ended.abort();
  }
}
