import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import envPaths from 'env-paths';
import { z } from 'zod';
import type { Manifest } from './manifest.js';
import type { Calibration, Precision } from './precision.js';
import type { ThreadTimes } from './thread-choice.js';

const milliseconds = z.number().gt(0).max(60_000);
/** How fast two precisions are. */
export const precisionSchema = z.object({
  fp32Milliseconds: milliseconds,
  int8Milliseconds: milliseconds,
  difference: z.number().min(0).max(255),
});
/** How fast more and more threads are. */
export const threadTimesSchema = z
  .array(z.object({ threads: z.int().min(1).max(1024), milliseconds, cpuMilliseconds: milliseconds }))
  .min(2);

/** Where calibrations are kept unless told otherwise. */
export function defaultCalibrationFolder(): string {
  return join(envPaths('daylit', { suffix: '' }).cache, 'calibration');
}

/** What a calibration was made with. */
export interface CalibrationTerms {
  /** Of what runs the graphs. */
  readonly version: string;
  readonly threads: number;
  /** Of a calibration of threads: how many were to be had, and for which graph. */
  readonly mostThreads?: number;
  readonly precision?: Precision;
}

/** All that a calibration depends on: the processor, both graphs, what runs them, and on how many threads. */
export function calibrationKey(manifest: Manifest, terms: CalibrationTerms): string {
  const { file, variants } = manifest.graphs.frame;
  const hashes = [file, variants?.int8?.file ?? ''].map((name) => manifest.files[name]?.sha256 ?? '');
  const processors = cpus();
  const machine = [process.platform, process.arch, processors[0]?.model ?? '', processors.length];
  return createHash('sha256')
    .update(JSON.stringify([...hashes, ...machine, terms.version, terms.threads, terms.mostThreads, terms.precision]))
    .digest('hex');
}

/** The calibration that an earlier start kept; undefined if there is none or the file is damaged. */
export async function readCalibration<T>(folder: string, key: string, schema: z.ZodType<T>): Promise<T | undefined> {
  try {
    return schema.parse(JSON.parse(await readFile(join(folder, `${key}.json`), 'utf8')));
  } catch {
    return undefined;
  }
}

/** Keeps a calibration for later starts. A folder that cannot be written costs them the measuring, nothing else. */
export async function writeCalibration(
  folder: string,
  key: string,
  calibration: Calibration | readonly ThreadTimes[],
): Promise<void> {
  const begun = join(folder, `.${key}.${randomUUID()}`);
  try {
    await mkdir(folder, { recursive: true });
    // Written beside, then renamed: another process sees the whole file or none.
    await writeFile(begun, JSON.stringify(calibration));
    await rename(begun, join(folder, `${key}.json`));
  } catch {
    await rm(begun, { force: true }).catch(() => undefined);
  }
}
