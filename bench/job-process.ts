import { fork } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { childMessage } from './child-message.js';
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
  await Promise.all(jobs.filter(({ waits }) => waits).map(({ child }) => childMessage(child)));
  for (const { child, waits } of jobs) if (waits) child.send('go');
  return Promise.all(
    jobs.map(async ({ child, startedAt }) => ({ ...((await childMessage(child)) as JobResult), startedAt })),
  );
}
