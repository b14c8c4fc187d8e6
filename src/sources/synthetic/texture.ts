import { hash } from './random.js';

const UNIT = 2 / 4294967296;

/** Value noise on the integer lattice, smooth, in [−1, 1]. */
export function noise(x: number, y: number, seed: number): number {
  const column = Math.floor(x);
  const row = Math.floor(y);
  const fx = x - column;
  const fy = y - row;
  const sx = fx * fx * (3 - 2 * fx);
  const sy = fy * fy * (3 - 2 * fy);
  const a = hash(column, row, seed);
  const b = hash(column + 1, row, seed);
  const c = hash(column, row + 1, seed);
  const d = hash(column + 1, row + 1, seed);
  const top = a + (b - a) * sx;
  const bottom = c + (d - c) * sx;
  return (top + (bottom - top) * sy) * UNIT - 1;
}

/**
 * Sum of octaves of `noise`, from features of 1 unit down to those of `footprint` units: finer ones than a sample can
 * show are left out, so that distant texture fades instead of glittering. About in [−1, 1].
 */
export function fractal(x: number, y: number, seed: number, footprint: number, octaves = 4): number {
  let sum = 0;
  let amplitude = 0.55;
  let frequency = 1;
  for (let octave = 0; octave < octaves; octave += 1) {
    const visible = 1.4 - frequency * footprint * 1.4;
    if (visible <= 0) break;
    sum += noise(x * frequency, y * frequency, seed + octave) * amplitude * (visible < 1 ? visible : 1);
    amplitude *= 0.6;
    frequency *= 2.1;
  }
  return sum;
}

/** 0 below `from`, 1 above `to`, smooth between. */
export function smoothStep(from: number, to: number, value: number): number {
  const t = Math.min(1, Math.max(0, (value - from) / (to - from)));
  return t * t * (3 - 2 * t);
}

/** How much of a footprint-wide window around `at` lies within half a `width` of `centre`. */
export function line(at: number, centre: number, width: number, footprint: number): number {
  const reach = Math.abs(at - centre) - width / 2;
  return Math.min(1, Math.max(0, 0.5 - reach / Math.max(footprint, 0.01)));
}
