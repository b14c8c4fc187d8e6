import { plain } from './ground.js';
import { srgb, tint, type Material } from './material.js';
import { noise } from './texture.js';
import type { Random } from './random.js';
import { rod, type Surface } from './surface.js';
import type { Vector } from './vector.js';

const COATS = [0xc43c31, 0x2b5fa8, 0xe0b23a, 0x3d7a4a, 0x8a4a86, 0xe8e4dc, 0x39424e, 0xd9722e] as const;
const TROUSERS = [0x2a3350, 0x3b3b3e, 0x6b5a46, 0x8b8f96, 0x24262a] as const;
const SKINS = [0xe0b090, 0xb98562, 0x7d543c, 0xecc3a4] as const;
const HAIRS = [0x2a211c, 0x57402c, 0x8f7046, 0x1a1a1c] as const;

/** What one person looks like; the same for all their frames. */
export interface Look {
  readonly height: number;
  readonly skin: Material;
  readonly hair: Material;
  readonly coat: Material;
  readonly legs: Material;
  readonly shoes: Material;
  readonly seed: number;
}

function cloth(hex: number, celsius: number): Material {
  const tone = srgb(hex);
  return {
    albedo: (p, colour) => {
      tint(colour, tone, 1 + 0.22 * noise(p.u * 4, p.v * 2, p.seed));
    },
    // Warmest where it lies on the body, cooler towards the outline.
    celsius: (p) => celsius + 1.2 * noise(p.u * 3, p.v * 1.5, p.seed + 3) - 1.6 * p.v * p.v,
    sunLoading: 2.5,
  };
}

export function look(random: Random): Look {
  const warmth = random.between(27, 29.5);
  return {
    height: random.between(1.58, 1.88),
    skin: plain(random.pick(SKINS), 33.6, 0.5, { patchiness: 0.4 }),
    hair: plain(random.pick(HAIRS), 28.5, 2, { patchiness: 0.6 }),
    coat: cloth(random.pick(COATS), warmth),
    legs: cloth(random.pick(TROUSERS), warmth - 1),
    shoes: plain(random.pick(HAIRS), 21.5, 2),
    seed: random.integer(1e9),
  };
}

/**
 * A walking person, feet on the ground at `at`, heading from +z towards +x by `heading` radians.
 * `stride` counts steps (two for a full cycle); it only turns legs and arms.
 */
export function person(its: Look, at: Vector, heading: number, stride: number): Surface[] {
  const headingX = Math.sin(heading);
  const headingZ = Math.cos(heading);
  const scale = its.height / 1.75;
  const swing = Math.sin(stride * Math.PI);
  const bob = 0.025 * Math.cos(stride * 2 * Math.PI);
  const point = (sideways: number, up: number, ahead: number): Vector => [
    at[0] + (sideways * headingZ + ahead * headingX) * scale,
    at[1] + up * scale,
    at[2] + (ahead * headingZ - sideways * headingX) * scale,
  ];
  const r = (radius: number): number => radius * scale;
  const { coat, legs, skin, hair, shoes, seed } = its;
  const surfaces: Surface[] = [
    rod(point(0, 1.42 + bob, 0.01), point(0, 1.52 + bob, 0.02), r(0.055), r(0.055), skin, seed),
    rod(point(0, 1.6 + bob, 0.025), point(0, 1.66 + bob, 0.015), r(0.095), r(0.098), skin, seed + 1),
    rod(point(0, 1.68 + bob, -0.015), point(0, 1.67 + bob, -0.03), r(0.097), r(0.1), hair, seed + 2),
    rod(point(0, 0.95 + bob, 0), point(0, 1.3 + bob, 0.01), r(0.155), r(0.185), coat, seed + 3),
    rod(point(-0.11, 1.34 + bob, 0), point(0.11, 1.34 + bob, 0), r(0.1), r(0.1), coat, seed + 4),
  ];
  for (const side of [-1, 1]) {
    const forward = side * swing;
    const lifted = Math.max(0, -side * Math.cos(stride * Math.PI)) * 0.12;
    const knee = point(side * 0.09, 0.5, forward * 0.17 + lifted * 0.6);
    const ankle = point(side * 0.085, 0.1 + lifted, forward * 0.34 - lifted);
    surfaces.push(
      rod(point(side * 0.085, 0.92 + bob, 0), knee, r(0.095), r(0.068), legs, seed + 6 + side),
      rod(knee, ankle, r(0.066), r(0.05), legs, seed + 9 + side),
      rod(ankle, point(side * 0.1, 0.05 + lifted, forward * 0.34 - lifted + 0.17), r(0.05), r(0.045), shoes, seed),
    );
    const elbow = point(side * 0.25, 1.1 + bob, -forward * 0.14);
    const hand = point(side * 0.25, 0.86 + bob, -forward * 0.28 + 0.07);
    surfaces.push(
      rod(point(side * 0.2, 1.37 + bob, 0), elbow, r(0.06), r(0.05), coat, seed + 12 + side),
      rod(elbow, hand, r(0.048), r(0.04), coat, seed + 15 + side),
      rod(hand, point(side * 0.25, 0.79 + bob, -forward * 0.3 + 0.1), r(0.042), r(0.035), skin, seed + 18),
    );
  }
  return surfaces;
}
