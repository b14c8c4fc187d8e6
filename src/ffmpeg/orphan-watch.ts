import { spawn, type ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';

/*
 * No child may outlive daylit. ffmpeg that writes to our pipe or reads from it notices our end, but one that waits for
 * a camera or writes a file does not, and kill -9 leaves us no moment to act. So one small process stands beside
 * daylit, holds a pipe to it, and stops the children when the pipe ends. It works alike on every platform, and leaves
 * the children's own process ids, pipes and signals as they are.
 */

let watcher: ChildProcess | undefined;
const watched = new Set<number>();

/** Sees to it that the process ends when this one does, in whatever way. */
export function watchForOrphan(id: number): void {
  watched.add(id);
  if (watcher === undefined) start();
  else tell(`+${id}\n`);
}

/** The process has ended; its id may now belong to another. */
export function forgetOrphan(id: number): void {
  if (watched.delete(id)) tell(`-${id}\n`);
}

function start(): void {
  const program = fileURLToPath(new URL('./orphan-watch-program.js', import.meta.url));
  const env = { ...process.env };
  // Debuggers and preloads meant for daylit are not meant for it.
  delete env['NODE_OPTIONS'];
  const child = spawn(process.execPath, [program], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    windowsHide: true,
    env,
  });
  watcher = child;
  // Should it ever die, the next child starts another, which is told of all.
  const forget = (): void => {
    if (watcher === child) watcher = undefined;
  };
  child.on('error', forget);
  child.on('exit', forget);
  child.stdin.on('error', () => undefined);
  // It must not keep daylit alive; our end of the pipe is what it waits for.
  child.unref();
  if (child.stdin instanceof Socket) child.stdin.unref();
  for (const id of watched) tell(`+${id}\n`);
}

function tell(line: string): void {
  watcher?.stdin?.write(line);
}
