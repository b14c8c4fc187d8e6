import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** The stand-in and the parent as compiled beside this file. */
export const standIn = fileURLToPath(new URL('./ffmpeg-stand-in.js', import.meta.url));
const parentProgram = fileURLToPath(new URL('./ffmpeg-parent.js', import.meta.url));

/** Starts a parent whose only child runs `command`; gives both. */
export async function startParent(...command: string[]): Promise<{ parent: ChildProcess; childId: number }> {
  const parent = spawn(process.execPath, [parentProgram, ...command], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [text] = (await once(parent.stdout, 'data')) as [Buffer];
  return { parent, childId: Number(text.toString()) };
}

/** Whether a process runs; one that has ended and was only not yet collected does not. */
export function isRunning(id: number): boolean {
  try {
    process.kill(id, 0);
  } catch {
    return false;
  }
  try {
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${id}/stat`, 'utf8'));
  } catch {
    return process.platform !== 'linux';
  }
}

/** Fails where the process still runs after `milliseconds`. */
export async function assertGone(id: number, milliseconds: number): Promise<void> {
  const deadline = performance.now() + milliseconds;
  while (isRunning(id)) {
    assert.ok(performance.now() < deadline, `process ${id} still runs after ${milliseconds} ms`);
    await setTimeout(20);
  }
}

/** Running processes with `text` in their command line (Linux; elsewhere none are seen). */
export function runningWith(text: string): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((id) => {
      try {
        const command = readFileSync(`/proc/${id}/cmdline`, 'utf8').split('\0').join(' ');
        return command.includes(text) ? [`${id} ${command}`] : [];
      } catch {
        return [];
      }
    });
}

/** Waits until `condition` holds, or gives up after `milliseconds`; says whether it does. */
export async function comesTrue(condition: () => boolean, milliseconds: number): Promise<boolean> {
  const deadline = performance.now() + milliseconds;
  while (performance.now() < deadline) {
    if (condition()) return true;
    await setTimeout(20);
  }
  return condition();
}
