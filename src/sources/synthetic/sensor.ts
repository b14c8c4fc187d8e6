import type { Radiometry, Size } from '../../core/frame.js';
import { hash, Random } from './random.js';

/** 0.01 K a count: 20 °C is 29315. */
export const RADIOMETRY: Radiometry = { kelvinPerCount: 0.01, kelvinAtZero: 0 };

const KELVIN_AT_NOUGHT_CELSIUS = 273.15;
/** Values of precomputed noise; a power of two. */
const NOISE_LENGTH = 1 << 17;
/** Column pattern that is left after calibration, as a share of the temporal noise. */
const COLUMN_SHARE = 0.4;
/** How fast the offset wanders off after a calibration, kelvin a second. */
const DRIFT = 0.02;

/** An uncooled microbolometer camera: optics, drift, temporal noise and column pattern, 16-bit counts. */
export class Sensor {
  readonly #size: Size;
  readonly #seed: number;
  readonly #noise: Float32Array;
  readonly #columns: Float32Array;

  /** @param noise deviation of the temporal noise in kelvin */
  constructor(size: Size, seed: number, noise: number) {
    this.#size = size;
    this.#seed = seed;
    const random = new Random(hash(seed, 90));
    const perKelvin = 1 / RADIOMETRY.kelvinPerCount;
    this.#noise = Float32Array.from({ length: NOISE_LENGTH }, () => random.normal() * noise * perKelvin);
    this.#columns = Float32Array.from({ length: size.width }, () => random.normal() * noise * COLUMN_SHARE * perKelvin);
  }

  /**
   * Writes the frame that the camera gives for a scene in °C.
   * @param frame counts frames; each has its own noise
   * @param drift kelvin added all over, see `driftAt`
   */
  expose(celsius: Float32Array, frame: number, drift: number, counts: Uint16Array): void {
    const { width, height } = this.#size;
    const noise = this.#noise;
    const columns = this.#columns;
    const offset = hash(this.#seed, 91, frame);
    const mask = NOISE_LENGTH - 1;
    const base = (KELVIN_AT_NOUGHT_CELSIUS + drift) / RADIOMETRY.kelvinPerCount + 0.5;
    const centreGain = 0.6 / RADIOMETRY.kelvinPerCount;
    const sideGain = 0.1 / RADIOMETRY.kelvinPerCount;
    for (let row = 0; row < height; row += 1) {
      const above = row === 0 ? 0 : -width;
      const below = row === height - 1 ? 0 : width;
      for (let column = 0, i = row * width; column < width; column += 1, i += 1) {
        // The optics blur a little: a quarter of the light lands in the neighbours.
        const around =
          (celsius[i + above] ?? 0) +
          (celsius[i + below] ?? 0) +
          (celsius[column === 0 ? i : i - 1] ?? 0) +
          (celsius[column === width - 1 ? i : i + 1] ?? 0);
        counts[i] =
          (celsius[i] ?? 0) * centreGain +
          around * sideGain +
          base +
          (columns[column] ?? 0) +
          (noise[(i + offset) & mask] ?? 0);
      }
    }
  }
}

/** Slow wander of the whole picture in kelvin; where the camera calibrates, it starts again from there. */
export function driftAt(seconds: number, sinceCalibration: number | undefined): number {
  const wander = 0.25 * Math.sin((seconds * 2 * Math.PI) / 47) + 0.1 * Math.sin((seconds * 2 * Math.PI) / 13);
  return sinceCalibration === undefined ? wander : wander * 0.3 + DRIFT * sinceCalibration;
}
