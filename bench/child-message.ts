import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** The next thing that a process says. @throws Error where it ends instead */
export async function childMessage(child: ChildProcess): Promise<unknown> {
  const ended = new AbortController();
  try {
    return await Promise.race([
      once(child, 'message', { signal: ended.signal }).then(([said]) => said as unknown),
      once(child, 'exit', { signal: ended.signal }).then(([status]) => {
        throw new Error(`a process of the bench ended with status ${String(status)} and no result`);
      }),
    ]);
  } finally {
    ended.abort();
  }
}
