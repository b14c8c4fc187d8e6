import type { Wait } from '../core/wait.js';

/**
 * Stops something that may not listen: each step is taken once, and the next only if it is still running after the
 * grace period. ffmpeg counts signals and gives up hard after three, so none may be sent twice.
 *
 * @param exited resolves once it is gone; never rejects
 */
export async function climb(
  steps: readonly (() => void)[],
  exited: Promise<unknown>,
  graceMilliseconds: number,
  wait: Wait,
): Promise<void> {
  const gone = new AbortController();
  void exited.then(() => {
    gone.abort();
  });
  for (const step of steps) {
    // Let an exit that has already happened be seen.
    await Promise.resolve();
    if (gone.signal.aborted) return;
    step();
    await Promise.race([wait(graceMilliseconds, gone.signal), exited]);
  }
  await exited;
}
