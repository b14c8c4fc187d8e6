import { blend, srgb, tint, type Colour, type Material, type SurfacePoint } from './material.js';
import { fractal, line, noise, smoothStep } from './texture.js';
import { chanceOf } from './random.js';

/** A surface without pattern but with mottling: brightness by `mottle`, warmth by `patchiness` kelvin, each its own noise. */
export function plain(
  hex: number,
  celsius: number,
  sunLoading: number,
  { mottle = 0.12, grain = 3, patchiness = 0.6, glow = 0 } = {},
): Material {
  const tone = srgb(hex);
  return {
    albedo: (p, colour) => {
      tint(colour, tone, 1 + mottle * fractal(p.u * grain, p.v * grain, p.seed, p.footprint * grain));
    },
    celsius: (p) => celsius + patchiness * fractal(p.u * 0.8 + 31, p.v * 0.8, p.seed + 77, p.footprint, 3),
    sunLoading,
    glow,
  };
}

const ASPHALT = srgb(0x77777a);
const PATCH = srgb(0x58585c);
const PAINT = srgb(0xe4e4dc);
const YELLOW = srgb(0xd9b04a);

/** Where a road's paint is, by metres from its middle and along it, 0…1: edges, parking bays, a crossing every 96 m. */
function roadPaint(x: number, along: number, footprint: number, bays: boolean): number {
  const across = Math.abs(x);
  const edge = line(across, 3.35, 0.12, footprint);
  if (!bays) return Math.max(edge, line(x, 0, 0.14, footprint) * smoothStep(0.48, 0.52, (along / 6) % 1));
  let paint = edge * smoothStep(0.45, 0.5, (along / 2) % 1);
  if (across > 3.3 && across < 5.3) paint = Math.max(paint, line(along % 6.2, 3, 0.12, footprint));
  const crossing = Math.abs((along % CROSSING_EVERY) - CROSSING_AT);
  if (crossing < 2 && across < 3.2) return Math.max(paint, smoothStep(0.48, 0.52, (across + 0.25) % 1) * 0.95);
  return paint;
}

/** Metres between two zebra crossings, and where along the road the first one is. */
export const CROSSING_EVERY = 96;
export const CROSSING_AT = 44;

/**
 * A two-lane road on a `level` that is twice `halfWidth` wide: cracks, mended patches, wheel tracks, paint. With `bays`
 * it is a town street with parking bays and zebra crossings, else a country road.
 */
export function asphalt(halfWidth: number, bays: boolean): Material {
  const wheelTrack = (x: number): number => Math.exp(-(((Math.abs(Math.abs(x) - 1.7) - 0.78) / 0.3) ** 2));
  const mended = (x: number, along: number, seed: number): number => {
    const cell = Math.floor(along / 7.3);
    if (chanceOf(cell, 5, seed) > 0.3) return 0;
    const left = -3 + 4 * chanceOf(cell, 6, seed);
    const within = along - cell * 7.3;
    return x > left && x < left + 1.8 && within > 1 && within < 4.5 ? 1 : 0;
  };
  const crack = (p: SurfacePoint): number => {
    const bend = noise(p.u * 0.9, p.v * 0.5, p.seed + 9) + 0.4 * noise(p.u * 4, p.v * 3, p.seed + 10);
    return (
      ((1 - smoothStep(0.01, 0.03 + p.footprint, Math.abs(bend))) *
        smoothStep(0.1, 0.5, noise(p.u * 0.3, p.v * 0.12, p.seed + 11))) /
      (1 + p.footprint * 30)
    );
  };
  return {
    albedo: (p, colour) => {
      const x = p.u - halfWidth;
      const grain = 0.1 * fractal(p.u * 14, p.v * 14, p.seed, p.footprint * 14, 2);
      const broad = 0.1 * fractal(p.u * 0.5, p.v * 0.25, p.seed + 3, p.footprint, 3);
      tint(colour, ASPHALT, 1 + grain + broad - 0.1 * wheelTrack(x));
      blend(colour, PATCH, 0.6 * mended(x, p.v, p.seed) + 0.35 * crack(p));
      const worn = 0.85 + 0.3 * noise(p.u * 5, p.v * 5, p.seed + 4);
      blend(colour, PAINT, Math.min(1, roadPaint(x, p.v, p.footprint, bays) * worn));
      if (bays) blend(colour, YELLOW, 0.9 * line(Math.abs(x), 0.12, 0.1, p.footprint));
    },
    celsius: (p) => {
      const x = p.u - halfWidth;
      return (
        17.4 +
        1.7 * fractal(p.u * 0.6, p.v * 0.18, p.seed + 40, p.footprint, 3) +
        1.1 * wheelTrack(x) +
        0.9 * mended(x, p.v, p.seed) -
        0.9 * crack(p) -
        1.7 * roadPaint(x, p.v, p.footprint, bays) -
        (bays ? line(Math.abs(x), 0.12, 0.1, p.footprint) : 0)
      );
    },
    sunLoading: 6,
  };
}

/** Paving slabs of `side` metres, joints between them. */
export function slabs(hex: number, side: number, celsius: number): Material {
  const tone = srgb(hex);
  const joint = (p: SurfacePoint): number =>
    Math.max(
      line(((p.u + 900) % side) - side / 2, side / 2 - 0.02, 0.05, p.footprint),
      line(((p.v + 900) % side) - side / 2, side / 2 - 0.02, 0.05, p.footprint),
    );
  return {
    albedo: (p, colour) => {
      const slab = chanceOf(Math.floor((p.u + 900) / side), Math.floor((p.v + 900) / side), p.seed) - 0.5;
      const fade = 1 / (1 + p.footprint * 8);
      tint(
        colour,
        tone,
        (1 + 0.16 * slab * fade + 0.1 * fractal(p.u * 2, p.v * 2, p.seed, p.footprint * 2)) * (1 - 0.3 * joint(p)),
      );
    },
    celsius: (p) => celsius + 0.9 * fractal(p.u * 0.5, p.v * 0.2, p.seed + 20, p.footprint, 3) - 0.8 * joint(p),
    sunLoading: 6,
  };
}

/** Grass, or a crop in rows `rows` metres apart. */
export function growth(hex: number, dryHex: number, celsius: number, rows = 0): Material {
  const tone = srgb(hex);
  const dry = srgb(dryHex);
  const inRow = (p: SurfacePoint): number =>
    rows === 0 ? 0 : Math.sin((p.u / rows) * 2 * Math.PI) / (1 + (p.footprint / rows) * 3);
  const dryness = (p: SurfacePoint): number =>
    smoothStep(-0.1, 0.7, fractal(p.u * 0.16, p.v * 0.16, p.seed, p.footprint * 0.2));
  return {
    albedo: (p, colour) => {
      const blades = 0.4 * fractal(p.u * 5, p.v * 5, p.seed + 1, p.footprint * 5, 4);
      tint(colour, tone, Math.max(0.3, 1 + blades + 0.3 * inRow(p)));
      blend(colour, dry, 0.55 * dryness(p));
    },
    celsius: (p) =>
      celsius +
      1.6 * dryness(p) +
      1.1 * fractal(p.u * 2.4, p.v * 2.4, p.seed + 50, p.footprint * 2.4, 3) -
      0.8 * inRow(p),
    sunLoading: 3,
  };
}

/** Water with slow ripples: it mirrors the sky in both views. */
export const WATER: Material = {
  albedo: (p, colour: Colour) => {
    const ripple = fractal(p.x * 0.7, p.z * 1.9, p.seed, p.footprint * 2, 3);
    tint(colour, srgb(0x4f7f92), 0.8 + 0.22 * ripple);
  },
  celsius: (p) => 12.2 + 0.5 * fractal(p.x * 0.2, p.z * 0.6, p.seed + 5, p.footprint, 3),
  sunLoading: 0.4,
};
