import { present } from './core/present.js';
import { availableParallelism, totalmem } from 'node:os';
import { DaylitError } from './core/errors.js';
import { findFfmpeg } from './ffmpeg/binary.js';
import { selfTest } from './model/examine-model.js';

/** One thing that was looked at. */
export interface Check {
  readonly name: string;
  /** `bad`: daylit cannot work; `note`: it can, but this is not used. */
  readonly state: 'good' | 'note' | 'bad';
  readonly detail: string;
  /** Of what is bad. */
  readonly exitStatus?: number;
}

/** What to look at instead of the defaults. */
export interface ExamineOptions {
  readonly ffmpeg?: string;
  readonly model?: string;
}

/** Encoders that users ask about, software and hardware. */
const ENCODERS = ['libx264', 'libx265', 'h264_nvenc', 'h264_vaapi', 'h264_videotoolbox', 'libvpx-vp9', 'ffv1', 'mjpeg'];

/** Looks at all that daylit needs on this machine: the runtime, ffmpeg, devices, the model's self-test. Never throws. */
export async function examine(options: ExamineOptions = {}): Promise<readonly Check[]> {
  const cores = availableParallelism();
  const memory = (totalmem() / 2 ** 30).toFixed(0);
  return [
    { name: 'machine', state: 'good', detail: `${process.platform}-${process.arch}, ${cores} cores, ${memory} GiB` },
    { name: 'node', state: 'good', detail: process.version },
    ...(await checked('ffmpeg', () => examineFfmpeg(options.ffmpeg))),
    ...(await checked('model', () => examineModel(options.model))),
  ];
}

async function checked(name: string, look: () => Promise<readonly Check[]>): Promise<readonly Check[]> {
  try {
    return await look();
  } catch (thrown) {
    const { code, message, hint, exitStatus } = DaylitError.from(thrown);
    return [{ name, state: 'bad', detail: `${code}: ${message}. ${hint}`, exitStatus }];
  }
}

async function examineFfmpeg(path: string | undefined): Promise<readonly Check[]> {
  const binary = await findFfmpeg(present({ path }));
  const encoders = ENCODERS.filter((name) => binary.encoders.has(name));
  return [
    { name: 'ffmpeg', state: 'good', detail: `${binary.path} (${binary.origin}), ${binary.version}` },
    { name: 'encoders', state: 'good', detail: encoders.join(', ') },
    ...binary.refused.map(({ reason }): Check => ({ name: 'ffmpeg', state: 'note', detail: `passed over: ${reason}` })),
  ];
}

async function examineModel(modelFolder: string | undefined): Promise<readonly Check[]> {
  const report = await selfTest(present({ modelFolder }));
  const { name, version, provider, refusals, differences, tolerance, runMilliseconds, speedSize } = report;
  const off = Math.max(...differences).toFixed(2);
  return [
    {
      name: 'model',
      state: report.passed ? 'good' : 'bad',
      detail: `${name} ${version}: self-test ${report.passed ? 'passed' : 'failed'}, off by ${off} of ${tolerance} grey levels`,
      ...(report.passed ? {} : { exitStatus: new DaylitError('MODEL_FAILED', 'self-test').exitStatus }),
    },
    {
      name: 'device',
      state: 'good',
      detail: `${provider}, ${runMilliseconds.toFixed(1)} ms a frame of ${speedSize.width}x${speedSize.height}`,
    },
    ...refusals.map(({ provider: refused, reason }): Check => ({
      name: refused,
      state: 'note',
      detail: `not used: ${reason}`,
    })),
  ];
}
