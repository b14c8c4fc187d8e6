import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { env } from 'onnxruntime-node';
import { packageRoot } from '../src/core/package-root.js';
import type { FfmpegBinary } from '../src/ffmpeg/binary.js';
import type { Model } from '../src/model/model-folder.js';

/** What a figure depends on. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  readonly onnxruntime: string;
  readonly ffmpeg: string;
  readonly daylit: string;
  /** Name, version and the beginning of the frame graph's SHA-256. */
  readonly model: string;
}

/** This machine with what runs on it. */
export async function describeMachine(ffmpeg: FfmpegBinary, model: Model): Promise<Machine> {
  const { version } = JSON.parse(await readFile(join(packageRoot(), 'package.json'), 'utf8')) as { version: string };
  const sha256 = createHash('sha256').update(model.frameGraph).digest('hex');
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform}-${process.arch} ${release()}`,
    node: process.version,
    onnxruntime: env.versions.node ?? env.versions.common,
    ffmpeg: `${ffmpeg.version} (${ffmpeg.origin})`,
    daylit: version,
    model: `${model.manifest.name} ${model.manifest.version} (${sha256.slice(0, 12)})`,
  };
}

/** Processes that wanted to run in the last minute, on average; our own included. Always 0 on Windows. */
export function load(): number {
  return loadavg()[0] ?? 0;
}
