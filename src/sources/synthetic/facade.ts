import { blend, srgb, tint, type Colour, type Material, type SurfacePoint } from './material.js';
import { fractal, line } from './texture.js';
import { chanceOf, type Random } from './random.js';

/** What a wall is built of. */
interface Masonry {
  readonly hexes: readonly [number, ...number[]];
  readonly celsius: number;
  readonly sunLoading: number;
  /** Height of a brick course or board in metres, 0 for plaster; and the length of one brick. */
  readonly course: number;
  readonly brick: number;
}

const MASONRY: readonly [Masonry, ...Masonry[]] = [
  { hexes: [0x9c5a44, 0xa8694c, 0x86503f], celsius: 17.2, sunLoading: 9, course: 0.09, brick: 0.26 },
  { hexes: [0xe3d3b1, 0xd9b98c, 0xe8e0d2, 0xc9a58a], celsius: 16.4, sunLoading: 6.5, course: 0, brick: 0 },
  { hexes: [0xa9b4bb, 0x8ea3b4, 0xd8d3c2, 0x7d9a8e], celsius: 15.6, sunLoading: 7.5, course: 0.2, brick: 3.6 },
  { hexes: [0xb3afa8, 0xc4beb2], celsius: 18.4, sunLoading: 6, course: 1.5, brick: 2.4 },
];

const DOORS = [0x7a2f2a, 0x2f4d6b, 0x3f5a3c, 0x4a3626, 0xd8d5cc] as const;
const FRAME = srgb(0xe9e7e1);
const GLASS = srgb(0x33414d);
const SKY_IN_GLASS = srgb(0x9dbbd6);
const CURTAIN = srgb(0xbdb6a6);
const PLINTH = srgb(0x7c7872);

/** How a house front is divided. */
export interface FrontPlan {
  readonly wall: Masonry;
  readonly hex: number;
  readonly doorHex: number;
  /** Metres from one window's middle to the next. */
  readonly spacing: number;
  readonly storey: number;
  readonly windowWidth: number;
  readonly windowHeight: number;
  /** Which window column of the ground floor is a door, and how many columns it takes to the next one. */
  readonly doorColumn: number;
  readonly doorEvery: number;
  /** Large panes on the ground floor. */
  readonly shop: boolean;
}

export function frontPlan(random: Random, shop: boolean): FrontPlan {
  const wall: Masonry = random.pick(MASONRY);
  return {
    wall,
    hex: random.pick(wall.hexes),
    doorHex: random.pick(DOORS),
    spacing: random.between(2.3, 3.4),
    storey: random.between(2.9, 3.3),
    windowWidth: random.between(0.9, 1.5),
    windowHeight: random.between(1.2, 1.7),
    doorColumn: random.integer(3),
    doorEvery: 3 + random.integer(3),
    shop,
  };
}

/** The part of a front that a point lies in, and its place within that part (−1…1 across and upwards). */
interface Part {
  kind: 'wall' | 'glass' | 'frame' | 'door' | 'plinth';
  across: number;
  upward: number;
  /** Tells one window from another. */
  which: number;
}

function partAt(plan: FrontPlan, blank: boolean, p: SurfacePoint, part: Part): void {
  part.kind = p.v < 0.35 ? 'plinth' : 'wall';
  if (blank) return;
  const column = Math.floor(p.u / plan.spacing);
  const floor = Math.floor(p.v / plan.storey);
  const x = p.u - (column + 0.5) * plan.spacing;
  const y = p.v - floor * plan.storey;
  part.which = column * 31 + floor;
  const door = floor === 0 && (column + 30) % plan.doorEvery === plan.doorColumn;
  const shop = floor === 0 && plan.shop && !door;
  const halfWidth = door ? 0.55 : shop ? plan.spacing * 0.44 : plan.windowWidth / 2;
  const bottom = door ? 0 : shop ? 0.55 : 0.9;
  const top = door ? 2.15 : shop ? 2.6 : bottom + plan.windowHeight;
  part.across = x / halfWidth;
  part.upward = ((y - bottom) / (top - bottom)) * 2 - 1;
  const beyond = Math.max(Math.abs(x) - halfWidth, bottom - y, y - top);
  if (beyond > 0.1) return;
  if (beyond > 0) part.kind = 'frame';
  else if (door) part.kind = 'door';
  else part.kind = Math.abs(x) < 0.03 || (!shop && Math.abs(part.upward - 0.25) < 0.05) ? 'frame' : 'glass';
}

/** A wall with windows and doors; `blank` walls have none. */
export function facade(plan: FrontPlan, blank: boolean): Material {
  const part: Part = { kind: 'wall', across: 0, upward: 0, which: 0 };
  const tone = srgb(plan.hex);
  const doorTone = srgb(plan.doorHex);
  const { course, brick, celsius, sunLoading } = plan.wall;
  const joint = (p: SurfacePoint): number => {
    if (course === 0) return 0;
    const row = Math.floor(p.v / course);
    const level = line(p.v - row * course, 0, 0.02, p.footprint);
    const upright = line((p.u + 900 + (row % 2) * brick * 0.5) % brick, 0, 0.02, p.footprint);
    return Math.max(level, upright) / (1 + p.footprint * 12);
  };
  const wallColour = (p: SurfacePoint, colour: Colour): void => {
    const stone = course === 0 ? 0 : chanceOf(Math.floor(p.v / course), Math.floor(p.u / brick), p.seed) - 0.5;
    const stain = 0.16 * fractal(p.u * 0.4, p.v * 0.25, p.seed, p.footprint, 4);
    const grain = 0.08 * fractal(p.u * 9, p.v * 9, p.seed + 1, p.footprint * 9, 2);
    tint(colour, tone, 1 + (0.3 * stone) / (1 + p.footprint * 12) + stain + grain - 0.25 * joint(p));
  };
  return {
    albedo: (p, colour) => {
      partAt(plan, blank, p, part);
      if (part.kind === 'wall') wallColour(p, colour);
      else if (part.kind === 'plinth') tint(colour, PLINTH, 1 + 0.15 * fractal(p.u, p.v, p.seed, p.footprint));
      else if (part.kind === 'frame') tint(colour, FRAME, 0.95);
      else if (part.kind === 'door') {
        const panel = Math.max(Math.abs(part.across), Math.abs(part.upward * 0.9));
        tint(colour, doorTone, panel > 0.72 && panel < 0.8 ? 0.6 : 1);
      } else {
        tint(colour, GLASS, 1);
        const curtain = chanceOf(part.which, 2, p.seed) < 0.45 && Math.abs(part.across) > 0.55;
        if (curtain) blend(colour, CURTAIN, 0.6);
        blend(colour, SKY_IN_GLASS, 0.12 + 0.4 * Math.max(0, part.upward * 0.5 + part.across * 0.3));
        if (part.upward > 0.82 || part.across < -0.9) tint(colour, colour, 0.5);
      }
    },
    celsius: (p) => {
      partAt(plan, blank, p, part);
      switch (part.kind) {
        case 'glass':
          // Glass is opaque at 8–14 µm: it shows its own temperature and mirrors the cold sky.
          return 13 + 2.6 * chanceOf(part.which, 4, p.seed) - 1.6 * part.upward - sunLoading * 0.25;
        case 'frame':
          return celsius + 2.4;
        case 'door':
          return celsius + 1.2 + 0.8 * part.upward;
        case 'plinth':
          return celsius + 0.8 + fractal(p.u * 0.6, p.v, p.seed + 21, p.footprint, 2);
        case 'wall':
          return (
            celsius -
            0.12 * p.v +
            1.1 * fractal(p.u * 0.3 + 40, p.v * 0.35, p.seed + 22, p.footprint, 4) -
            0.7 * joint(p) +
            (p.v % plan.storey < 0.28 && p.v > 1 ? 0.9 : 0)
          );
      }
    },
    sunLoading,
  };
}
