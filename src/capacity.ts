import { present } from './core/present.js';
import type { JobInput } from './config.js';
import { selfTest } from './model/examine-model.js';

/** Frames a second that a camera is taken to have. */
const CAMERA_RATE = 25;
/** What is left over is for decoding, encoding and bad days. */
const SHARE = 0.8;

/** What this machine can do. */
export interface Capacity {
  /** Frames a second of 640×512 through the model alone. */
  readonly framesPerSecond: number;
  /** Cameras at once. */
  readonly cameras: number;
}

/** Measures for some seconds. @throws DaylitError as createColorizer */
export async function measureCapacity({
  model,
  device,
  threads,
}: Pick<JobInput, 'model' | 'device' | 'threads'>): Promise<Capacity> {
  const { runMilliseconds } = await selfTest(present({ modelFolder: model, device, threads }));
  const framesPerSecond = 1000 / runMilliseconds;
  return { framesPerSecond, cameras: camerasFor(framesPerSecond) };
}

/** Cameras that so many frames a second are enough for; at least one, which then drops frames. */
export function camerasFor(framesPerSecond: number): number {
  return Math.max(1, Math.floor((SHARE * framesPerSecond) / CAMERA_RATE));
}
