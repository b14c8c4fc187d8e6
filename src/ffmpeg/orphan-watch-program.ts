/*
 * A program of its own, started by orphan-watch.ts, never imported. It is told the process ids of daylit's children,
 * `+id` or `-id` a line. When its standard input ends, daylit is gone, however it went (even by kill -9, which no
 * handler sees): the children still listed are asked to stop, and killed when they do not.
 */
const GRACE_MILLISECONDS = 800;
const POLL_MILLISECONDS = 50;

const children = new Set<number>();
let rest = '';

process.stdin.setEncoding('utf8');
process.stdin.on('data', (text: string) => {
  const lines = (rest + text).split('\n');
  rest = lines.pop() ?? '';
  for (const line of lines) {
    const id = Number(line.slice(1));
    if (line.startsWith('+')) children.add(id);
    else children.delete(id);
  }
});
process.stdin.on('error', stopChildren);
process.stdin.on('end', stopChildren);
// Ctrl-C and a closed terminal reach the whole process group; daylit itself decides what they mean.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

function stopChildren(): void {
  const remaining = signalAll([...children], 'SIGTERM');
  const deadline = performance.now() + GRACE_MILLISECONDS;
  const poll = (ids: readonly number[]): void => {
    const alive = signalAll(ids, 0);
    if (alive.length === 0) process.exit(0);
    if (performance.now() >= deadline) {
      signalAll(alive, 'SIGKILL');
      process.exit(0);
    }
    setTimeout(poll, POLL_MILLISECONDS, alive);
  };
  poll(remaining);
}

/** The ids that could be signalled, that is, are still there. */
function signalAll(ids: readonly number[], signal: NodeJS.Signals | 0): number[] {
  return ids.filter((id) => {
    try {
      return process.kill(id, signal);
    } catch {
      return false;
    }
  });
}
