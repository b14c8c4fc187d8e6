import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import envPaths from 'env-paths';
import { z } from 'zod';
import type { Manifest } from './manifest.js';
import type { Calibration } from './precision.js';

const milliseconds = z.number().gt(0).max(60_000);
const calibrationSchema = z.object({
  fp32Milliseconds: milliseconds,
  int8Milliseconds: milliseconds,
  difference: z.number().min(0).max(255),
});

/** Where calibrations are kept unless told otherwise. */
export function defaultCalibrationFolder(): string {
  return join(envPaths('daylit', { suffix: '' }).cache, 'calibration');
}

/** All that a calibration depends on: the processor, both graphs, what runs them, and on how many threads. */
export function calibrationKey(
  manifest: Manifest,
  runtime: { readonly version: string; readonly threads: number },
): string {
  const { file, variants } = manifest.graphs.frame;
  const hashes = [file, variants?.int8?.file ?? ''].map((name) => manifest.files[name]?.sha256 ?? '');
  const processors = cpus();
  const machine = [process.platform, process.arch, processors[0]?.model ?? '', processors.length];
  return createHash('sha256')
    .update(JSON.stringify([...hashes, ...machine, runtime.version, runtime.threads]))
    .digest('hex');
}

/** The calibration that an earlier start kept; undefined if there is none or the file is damaged. */
export async function readCalibration(folder: string, key: string): Promise<Calibration | undefined> {
  try {
    return calibrationSchema.parse(JSON.parse(await readFile(join(folder, `${key}.json`), 'utf8')));
  } catch {
    return undefined;
  }
}

/** Keeps a calibration for later starts. A folder that cannot be written costs them the measuring, nothing else. */
export async function writeCalibration(folder: string, key: string, calibration: Calibration): Promise<void> {
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
