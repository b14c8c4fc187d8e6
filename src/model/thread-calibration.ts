import { calibrationKey, readCalibration, threadTimesSchema, writeCalibration } from './calibration-cache.js';
import { runtimeVersion } from './providers.js';
import type { FrameSession } from './session.js';
import { chooseThreads, type ThreadTimes } from './thread-choice.js';
import { runTimes, type WarmUp } from './warm-up.js';
import type { Started, WorkerStart } from './worker-messages.js';

const SIZE = { width: 480, height: 384 };
const PATIENCE = { rounds: 6, milliseconds: 80 };

/** A frame graph that runs on the cpu. */
type Opened = Started & { readonly session: FrameSession };

/**
 * Puts a graph on as many threads as are worth it: what an earlier start found, else twice as many at a time, each
 * measured by turns with what is used so far, until they no longer are.
 *
 * @param open loads the same graph for so many threads
 */
export async function spread(
  opened: Opened,
  model: Pick<WorkerStart, 'manifest' | 'threads' | 'mostThreads' | 'calibrationFolder'>,
  open: (threads: number) => Promise<FrameSession>,
  context: WarmUp,
): Promise<Opened> {
  const { manifest, threads, mostThreads, calibrationFolder: folder } = model;
  if (2 * threads > mostThreads) return opened;
  const key = calibrationKey(manifest, {
    version: runtimeVersion(),
    threads,
    mostThreads,
    precision: opened.precision,
  });
  const known = folder === false ? undefined : await readCalibration(folder, key, threadTimesSchema);
  if (known !== undefined) {
    const chosen = chooseThreads(known) ?? threads;
    if (chosen === threads) return { ...opened, threadTimes: known };
    const session = await open(chosen);
    await context.guard.during(() => opened.session.release());
    return { ...opened, session, threads: chosen, threadTimes: known };
  }
  let best = { session: opened.session, threads };
  const measured: ThreadTimes[] = [];
  for (let more = 2 * threads; more <= mostThreads; more *= 2) {
    const rival = { session: await open(more), threads: more };
    const [before, now] = await timesOf(best, rival, context);
    if (measured.length === 0) measured.push(before);
    measured.push(now);
    const worthIt = chooseThreads([before, now]) === more;
    const loser = worthIt ? best : rival;
    if (worthIt) best = rival;
    await context.guard.during(() => loser.session.release());
    if (!worthIt) break;
  }
  if (folder !== false) await writeCalibration(folder, key, measured);
  return { ...opened, ...best, threadTimes: measured };
}

async function timesOf(
  one: { readonly session: FrameSession; readonly threads: number },
  other: { readonly session: FrameSession; readonly threads: number },
  context: WarmUp,
): Promise<readonly [ThreadTimes, ThreadTimes]> {
  const { times, cpuTimes } = await runTimes([one.session, other.session], SIZE, PATIENCE, context);
  const of = (index: number, threads: number): ThreadTimes => ({
    threads,
    milliseconds: Math.min(...(times[index] ?? [])),
    cpuMilliseconds: Math.min(...(cpuTimes[index] ?? [])),
  });
  return [of(0, one.threads), of(1, other.threads)];
}
