import { performance } from 'node:perf_hooks';
import type { Size } from '../core/frame.js';
import { FrameEngine } from './frame-engine.js';
import type { Manifest } from './manifest.js';
import type { RunGuard } from './run-guard.js';
import { blockMeans, selfTestInput } from './self-test.js';
import type { FrameSession } from './session.js';
import { paddedSize } from './tensors.js';
import type { Tokens } from './tokens.js';

/** What the runs of made-up frames need. */
export interface WarmUp {
  readonly manifest: Manifest;
  readonly guard: RunGuard;
  readonly tokens: Tokens;
}

/** Colours the self-test's frame. @throws Error where the result is nonsense, whatever it was expected to be. */
export async function selfTestMeans(session: FrameSession, { manifest, guard, tokens }: WarmUp): Promise<number[]> {
  const { seed, size, columns, rows } = manifest.selfTest;
  const { frame } = selfTestInput(seed, size, manifest.reference);
  const rgb = new Uint8Array(size.width * size.height * 3);
  const engine = new FrameEngine(session, manifest, 0);
  await guard.during(() => engine.colorize(frame, rgb, still(size), tokens));
  const finite = await guard.during(() => engine.stateIsFinite());
  engine.dispose();
  if (!finite) throw new Error('the state after the warm-up frame is not finite');
  if (rgb.every((value) => value === rgb[0])) throw new Error('the warm-up frame came out in one colour');
  return blockMeans(rgb, size, columns, rows);
}

/** How long to measure. */
export interface Patience {
  readonly rounds: number;
  /** No further round begins once so many milliseconds have passed. */
  readonly milliseconds: number;
}

/**
 * Milliseconds of each run of a made-up frame after a first that does not count, by session. Sessions take turns, so
 * that a busy moment hits all alike.
 */
export async function runTimes(
  sessions: readonly FrameSession[],
  wanted: Size,
  patience: Patience,
  { manifest, guard, tokens }: WarmUp,
): Promise<{
  readonly size: Size;
  readonly times: readonly (readonly number[])[];
  /** Processor time of the whole process meanwhile, likewise. */
  readonly cpuTimes: readonly (readonly number[])[];
}> {
  const size = paddedSize(wanted, manifest.frameMultiple);
  const { frame } = selfTestInput(manifest.selfTest.seed, size, manifest.reference);
  const rgb = new Uint8Array(frame.length * 3);
  const timed = sessions.map((session) => ({
    engine: new FrameEngine(session, manifest, 0),
    times: [] as number[],
    cpuTimes: [] as number[],
  }));
  const begun = performance.now();
  for (let round = 0; round <= patience.rounds; round += 1) {
    for (const { engine, times, cpuTimes } of timed) {
      const start = performance.now();
      const cpu = process.cpuUsage();
      await guard.during(() => engine.colorize(frame, rgb, still(size), tokens));
      if (round === 0) continue;
      times.push(performance.now() - start);
      const { user, system } = process.cpuUsage(cpu);
      cpuTimes.push((user + system) / 1000);
    }
    if (round > 0 && performance.now() - begun > patience.milliseconds) break;
  }
  for (const { engine } of timed) engine.dispose();
  return { size, times: timed.map(({ times }) => times), cpuTimes: timed.map(({ cpuTimes }) => cpuTimes) };
}

function still(size: Size): { size: Size; epoch: number; seconds: number; cut: boolean; frozen: boolean } {
  return { size, epoch: 0, seconds: 0, cut: false, frozen: false };
}
