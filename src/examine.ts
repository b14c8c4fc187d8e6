import { present } from './core/present.js';
import { availableParallelism, totalmem } from 'node:os';
import { DaylitError } from './core/errors.js';
import { findFfmpeg } from './ffmpeg/binary.js';
import { tryHardware } from './ffmpeg/hardware-trial.js';
import { selfTest, type SelfTestReport } from './model/examine-model.js';
import { measureAhead } from './model/measure-ahead.js';
import { threadFigures, threadsOf } from './model/thread-choice.js';
import { missingFor } from './model/gpu-needs.js';
import { thisPlatform } from './model/providers.js';
import { figuresOf, type Precision } from './model/precision.js';

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

/** Encoders in software that users ask about; those in hardware are tried. */
const ENCODERS = ['libx264', 'libx265', 'libvpx-vp9', 'ffv1', 'mjpeg'];

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
  const trials = await tryHardware(binary);
  return [
    { name: 'ffmpeg', state: 'good', detail: `${binary.path} (${binary.origin}), ${binary.version}` },
    { name: 'encoders', state: 'good', detail: encoders.join(', ') },
    ...trials.map(({ encoder: { name }, refused }): Check =>
      refused === undefined
        ? { name, state: 'good', detail: 'coded a frame' }
        : { name, state: 'note', detail: `does not work here: ${refused}` },
    ),
    ...binary.refused.map(({ reason }): Check => ({ name: 'ffmpeg', state: 'note', detail: `passed over: ${reason}` })),
  ];
}

async function examineModel(modelFolder: string | undefined): Promise<readonly Check[]> {
  const report = await selfTest(present({ modelFolder }));
  const { provider, precision, threads, refusals, calibration, threadTimes, runMilliseconds, speedSize } = report;
  const size = `${speedSize.width}x${speedSize.height}`;
  return [
    selfTestCheck(report),
    {
      name: 'device',
      state: 'good',
      detail: `${provider} in ${precision} on ${threadsOf(threads)}, ${runMilliseconds.toFixed(1)} ms a frame of ${size}${calibration === undefined ? '' : ` (${figuresOf(calibration)})`}`,
    },
    ...(threadTimes === undefined
      ? []
      : [
          {
            name: 'threads',
            state: 'good',
            detail: `${threadFigures(threadTimes)}; more are used where worth it`,
          } as const,
        ]),
    ...(provider === 'cpu' ? await examineAhead(modelFolder, precision) : []),
    ...(provider === 'cpu' && report.hasInt8 ? await examineOther(modelFolder, precision) : []),
    ...refusals.map(({ provider: refused, reason }): Check => ({
      name: refused,
      state: 'note',
      detail: `not used: ${gpuReason(refused, reason)}`,
    })),
  ];
}

/** How fast the model is with recordings, where frames are worked on at the same time. */
async function examineAhead(modelFolder: string | undefined, precision: Precision): Promise<readonly Check[]> {
  const speed = await measureAhead({ ...present({ modelFolder }), device: 'cpu', precision });
  if (speed === undefined) return [];
  const { atOnce, framesPerSecond, size } = speed;
  const detail = `${atOnce} frames at a time, ${framesPerSecond.toFixed(0)} frames/s of ${size.width}x${size.height} in the model`;
  return [{ name: 'recordings', state: 'good', detail }];
}

/** The precision that was not chosen, for comparison. */
async function examineOther(modelFolder: string | undefined, chosen: Precision): Promise<readonly Check[]> {
  const precision = chosen === 'int8' ? 'fp32' : 'int8';
  try {
    const report = await selfTest({ ...present({ modelFolder }), device: 'cpu', precision });
    return [{ name: precision, state: 'note', detail: `not chosen: ${selfTestCheck(report).detail}` }];
  } catch (thrown) {
    return [{ name: precision, state: 'note', detail: `cannot be used: ${DaylitError.from(thrown).message}` }];
  }
}

function selfTestCheck({ name, version, passed, differences, tolerance, precision }: SelfTestReport): Check {
  const off = Math.max(...differences).toFixed(2);
  const detail = `${name} ${version}: self-test in ${precision} ${passed ? 'passed' : 'failed'}, off by ${off} of ${tolerance} grey levels`;
  if (passed) return { name: 'model', state: 'good', detail };
  return { name: 'model', state: 'bad', detail, exitStatus: new DaylitError('MODEL_FAILED', 'self-test').exitStatus };
}

/** What is missing, where that can be told; else what the runtime says. */
function gpuReason(provider: string, reason: string): string {
  const missing = missingFor(provider, thisPlatform());
  return missing.length === 0 ? reason : `it lacks ${missing.join(' and ')}; docs/gpu.md says how to get that`;
}
