import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { DaylitError } from './core/errors.js';
import { present } from './core/present.js';
import { colorize } from './create-daylit.js';
import { findFfmpeg } from './ffmpeg/binary.js';
import { selfTest } from './model/examine-model.js';
import { defaultModelFolder, readModel } from './model/model-folder.js';
import type { Precision } from './model/precision.js';
import { candidates, thisPlatform } from './model/providers.js';
import { threadsOf } from './model/thread-choice.js';
import { paletteFloor } from './palette-floor.js';

/** Rounds of the comparison in which all take turns, after one that does not count. */
const ROUNDS = 3;
/** Providers worth naming where they cannot be used. */
const DEVICES = ['cuda', 'webgpu', 'coreml', 'dml'];

/** One thing that was measured. */
export interface Speed {
  readonly what: string;
  readonly unit: 'ms a frame' | 'frames/s';
  /** Of 640×512; absent where it could not be measured. */
  readonly value?: number;
  /** Times the palette floor, or why there is no value. */
  readonly note?: string;
}

export interface MeasureOptions {
  readonly ffmpeg?: string;
  readonly model?: string;
  /** Of the recording; 150 if left out. */
  readonly frames?: number;
}

/**
 * Measures, at 640×512: the model alone on each device, precision and number of threads; then a recording from file to
 * file, against one ffmpeg that paints it by a palette, in the same rounds. Takes about a minute on two idle cores; each
 * figure comes as soon as it is there. A short form of `npm run bench`.
 *
 * @throws DaylitError where the model or ffmpeg is missing
 */
export async function* measureSpeed({ frames = 150, ...options }: MeasureOptions = {}): AsyncGenerator<Speed> {
  const { int8Graph } = await readModel(options.model ?? defaultModelFolder());
  const precisions: readonly Precision[] = int8Graph === undefined ? ['fp32'] : ['fp32', 'int8'];
  for (const precision of precisions) {
    for (const threads of threadCounts()) yield modelAlone('cpu', { precision, threads }, options.model);
  }
  const platform = thisPlatform();
  for (const device of DEVICES.filter((name) => platform.backends.includes(name))) {
    const [refusal] = candidates('auto', platform).refused.filter(({ provider }) => provider === device);
    const what = `model on ${device}`;
    if (refusal !== undefined) yield { what, unit: 'ms a frame', note: refusal.reason };
    else yield modelAlone(device, {}, options.model);
  }
  yield* fileToFile(precisions, frames, options);
}

/** 1, 2, 4 … and no more than there are cores; more than 8 do not help. */
function threadCounts(): readonly number[] {
  return [1, 2, 4, 8].filter((threads) => threads <= availableParallelism());
}

async function modelAlone(
  device: string,
  how: { readonly precision?: Precision; readonly threads?: number },
  modelFolder: string | undefined,
): Promise<Speed> {
  const { precision, threads } = how;
  const on = device === 'cpu' ? `cpu, ${precision ?? 'fp32'}, ${threadsOf(threads ?? 1)}` : device;
  const what = `model on ${on}`;
  try {
    const { runMilliseconds } = await selfTest({ device, ...how, ...present({ modelFolder }) });
    return { what, unit: 'ms a frame', value: runMilliseconds };
  } catch (thrown) {
    return { what, unit: 'ms a frame', note: DaylitError.from(thrown).message };
  }
}

async function* fileToFile(
  precisions: readonly Precision[],
  frames: number,
  { ffmpeg, model }: Pick<MeasureOptions, 'ffmpeg' | 'model'>,
): AsyncGenerator<Speed> {
  const binary = await findFfmpeg(present({ path: ffmpeg }));
  const scratch = await mkdtemp(join(tmpdir(), 'daylit-speed-'));
  try {
    const input = join(scratch, 'in.mp4');
    const output = join(scratch, 'out.mp4');
    const common = { overwrite: true, ffmpeg: binary.path };
    const scene = [`synthetic:street?size=640x512&frames=${frames}`];
    await colorize({ ...common, input: scene, outputs: [input], palette: 'white-hot', preset: 'veryfast', crf: 20 });
    const job = { ...common, ...present({ model }), input: [input], outputs: [output], preset: 'ultrafast' };
    const contenders = [
      { what: 'file to file: palette floor (one ffmpeg)', run: () => paletteFloor(binary.path, input, output) },
      ...precisions.map((precision) => ({
        what: `file to file: daylit, ${precision}`,
        run: async () => (await colorize({ ...job, device: 'cpu', precision })).elapsedMs,
      })),
    ];
    const rates = contenders.map((): number[] => []);
    for (let round = 0; round <= ROUNDS; round += 1) {
      for (const [index, { run }] of contenders.entries()) {
        const milliseconds = await run();
        if (round > 0) rates[index]?.push((1000 * frames) / milliseconds);
      }
    }
    const [floor = NaN, ...others] = rates.map(middle);
    yield { what: contenders[0]?.what ?? '', unit: 'frames/s', value: floor };
    for (const [index, value] of others.entries()) {
      const note = `${(value / floor).toFixed(2)} × the floor`;
      yield { what: contenders[index + 1]?.what ?? '', unit: 'frames/s', value, note };
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
