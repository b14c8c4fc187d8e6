import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CleansUp } from '../test/fakes/fault-proxy.js';

/** Runs a program with an empty folder and the clean-up of a test: last in, first out, whatever happens. */
export async function withScratch(run: (cleanup: CleansUp, folder: string) => Promise<void>): Promise<void> {
  const steps: (() => unknown)[] = [];
  const folder = await mkdtemp(join(tmpdir(), 'daylit-bench-'));
  try {
    await run({ after: (step) => steps.push(step) }, folder);
  } finally {
    for (const step of steps.toReversed()) await step();
    await rm(folder, { recursive: true, force: true });
  }
}
