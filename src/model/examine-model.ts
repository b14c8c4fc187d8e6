import type { Size } from '../core/frame.js';
import { present } from '../core/present.js';
import { toleranceOf } from './manifest.js';
import { openModel, type ModelOptions } from './open-model.js';
import type { Calibration, Precision } from './precision.js';
import type { Refusal } from './providers.js';
import { nameOf, type Reference } from './reference-photo.js';
import { greatestDifference } from './self-test.js';
import type { ThreadTimes } from './thread-choice.js';
import { growingAxis } from './tensor-shape.js';

/** What became of a photo that was encoded ahead of time. */
export interface EncodedReference {
  /** The photo's path, or its size where it came as pixels. */
  readonly photo: string;
  /** Cells that the model tells apart in it. */
  readonly tokens: number;
  /** Name of its encoding in the cache. */
  readonly key: string;
  readonly from: 'cache' | 'model';
}

/**
 * Encodes photos and keeps the encodings on disk, so that a later start finds them.
 * @throws DaylitError REFERENCE_UNREADABLE for the first photo that cannot be used; otherwise as createColorizer
 */
export async function encodeReferences(
  photos: readonly Reference[],
  options: ModelOptions = {},
): Promise<readonly EncodedReference[]> {
  const { client, manifest, started, encode } = await openModel(options);
  try {
    const [encodings] = await Promise.all([Promise.all(photos.map(encode)), started]);
    const [first = ''] = manifest.tokens;
    const axis = growingAxis(manifest.graphs.frame.inputs[first]?.shape ?? []);
    return encodings.map(({ tokens, key, from }, index) => ({
      photo: nameOf(photos[index] ?? ''),
      tokens: tokens[first]?.shape[axis] ?? 0,
      key,
      from: from === 'model' ? 'model' : 'cache',
    }));
  } finally {
    await client.close();
  }
}

/** What the self-test found. */
export interface SelfTestReport {
  /** The made-up pictures and what became of them are as model.json says. */
  readonly passed: boolean;
  readonly name: string;
  readonly version: string;
  readonly provider: string;
  readonly precision: Precision;
  /** What the choice of precision rests on, where there was one; measured now, not what an earlier start kept. */
  readonly calibration?: Calibration;
  readonly threads: number;
  readonly threadTimes?: readonly ThreadTimes[];
  /** Whether the model has an int8 graph. */
  readonly hasInt8: boolean;
  readonly refusals: readonly Refusal[];
  /** Greatest difference of a block mean from model.json's, in grey levels, without and with a reference. */
  readonly differences: readonly [number, number];
  readonly tolerance: number;
  /** Median milliseconds of one run at `speedSize`. */
  readonly runMilliseconds: number;
  readonly speedSize: Size;
}

/** Runs the self-test that model.json holds and measures the speed. @throws DaylitError as createColorizer */
export async function selfTest(options: ModelOptions = {}): Promise<SelfTestReport> {
  const { client, manifest, started } = await openModel({ ...options, cacheFolder: false });
  try {
    const { provider, precision, threads, refusals, calibration, threadTimes } = await started;
    const result = await client.call('selfTest', null);
    const expected = manifest.selfTest;
    const tolerance = toleranceOf(manifest, precision);
    const differences = [
      greatestDifference(result.withoutReference, expected.withoutReference),
      greatestDifference(result.withReference, expected.withReference),
    ] as const;
    return {
      passed: result.inputSha256 === expected.inputSha256 && differences.every((value) => value <= tolerance),
      name: manifest.name,
      version: manifest.version,
      provider,
      precision,
      threads,
      ...present({ calibration, threadTimes }),
      hasInt8: manifest.graphs.frame.variants?.int8 !== undefined,
      refusals,
      differences,
      tolerance,
      runMilliseconds: result.runMilliseconds,
      speedSize: result.speedSize,
    };
  } finally {
    await client.close();
  }
}
