import { srgb, tint, type Material } from './material.js';
import { fractal, noise } from './texture.js';
import { chanceOf, type Random } from './random.js';
import { rod, sheet, type Polygon, type Surface } from './surface.js';
import { cross, minus, plus, times, unit, type Vector } from './vector.js';

const LEAF_TONES = [0x4d6b2c, 0x5c7a33, 0x41602f, 0x6b7f3a, 0x3d5a34] as const;

/** Leaves on a card: holes between them, each clump its own tone; cooled by transpiration, so never much warmer than air. */
function foliage(hex: number, celsius: number, card: number): Material {
  const tone = srgb(hex);
  const middle = card / 2;
  return {
    albedo: (p, colour) => {
      const clump = 0.75 + 0.5 * chanceOf(p.seed, 3);
      tint(colour, tone, Math.max(0.25, clump * (1 + 0.5 * fractal(p.u * 6, p.v * 6, p.seed, p.footprint * 6, 3))));
    },
    celsius: (p) =>
      celsius + 1.8 * (chanceOf(p.seed, 8) - 0.5) + 1.3 * fractal(p.u * 7, p.v * 7, p.seed + 60, p.footprint * 7, 2),
    sunLoading: 4,
    hole: (u, v, seed) => {
      const radius = Math.sqrt((u - middle) ** 2 + (v - middle) ** 2) / middle;
      return noise(u * 5.5, v * 5.5, seed) + 0.5 * noise(u * 13, v * 13, seed + 1) < radius * 2.3 - 1.25;
    },
  };
}

/** A card of leaves somewhere, lit as the part of the crown that it is. */
function leafCard(at: Vector, outward: Vector, side: number, material: Material, random: Random): Polygon {
  const facing = unit(plus(outward, [0, 0.35, 0]));
  const aim = unit([random.normal(), random.normal() * 0.5, random.normal() - 1]);
  const across = unit(cross(aim, [0.1, 1, 0.1]));
  const upward = cross(across, aim);
  const corner = minus(at, plus(times(across, side / 2), times(upward, side / 2)));
  const seed = random.integer(1e9);
  return { ...sheet(corner, times(across, side), times(upward, side), material, seed), facing };
}

const BARK: Material = {
  albedo: (p, colour) => {
    tint(colour, srgb(0x6a5644), 1 + 0.3 * noise(p.u * 30, p.v * 3, p.seed));
  },
  celsius: (p) => 17.5 + 0.7 * noise(p.u * 14, p.v * 2, p.seed + 1),
  sunLoading: 4,
};

/** A broad-leaved tree standing at `foot`, `height` metres high. */
export function tree(foot: Vector, height: number, random: Random): Surface[] {
  const seed = random.integer(1e9);
  const crown = height * random.between(0.27, 0.36);
  const middle = plus(foot, [random.normal() * 0.2, height - crown * 0.95, random.normal() * 0.2]);
  const fork = plus(foot, [0, height * 0.42, 0]);
  const surfaces: Surface[] = [rod(foot, fork, height * 0.026, height * 0.018, BARK, seed)];
  for (let limb = 0; limb < 5; limb += 1) {
    const reach: Vector = [
      random.normal() * crown * 0.35,
      random.between(0, crown * 0.6),
      random.normal() * crown * 0.35,
    ];
    surfaces.push(rod(fork, plus(middle, reach), height * 0.014, height * 0.004, BARK, seed + limb));
  }
  const side = 0.5 + crown * 0.42;
  const material = foliage(random.pick(LEAF_TONES), random.between(15.6, 17), side);
  for (let card = 0; card < 110; card += 1) {
    const direction = unit([random.normal(), random.normal() * 0.85 + 0.1, random.normal()]);
    const lumpy = 0.82 + 0.3 * noise(direction[0] * 2 + 9, direction[1] * 2 + direction[2], seed);
    const radius = crown * lumpy * Math.cbrt(random.between(0.12, 1));
    surfaces.push(leafCard(plus(middle, times(direction, radius)), direction, side, material, random));
  }
  return surfaces;
}

/** A clipped hedge or shrubs along z from `near` to `far`. */
export function hedge(x: number, near: number, far: number, ground: number, height: number, random: Random): Surface[] {
  const material = foliage(random.pick(LEAF_TONES), random.between(15, 16.2), 0.8);
  const count = Math.round((far - near) * 7 * height);
  return Array.from({ length: count }, () => {
    const out: Vector = [random.normal() * 0.6, random.between(0, 1), random.normal() * 0.3];
    const at: Vector = [
      x + random.between(-0.35, 0.35),
      ground + random.between(0.2, height - 0.25),
      random.between(near, far),
    ];
    return leafCard(at, unit(plus(out, [0, 0.01, 0])), 0.8, material, random);
  });
}
