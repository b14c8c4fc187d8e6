import { facade, frontPlan } from './facade.js';
import { plain } from './ground.js';
import { blend, srgb, tint, type Material } from './material.js';
import { fractal } from './texture.js';
import { chanceOf, type Random } from './random.js';
import { polygon, walls, type Polygon, type Surface } from './surface.js';
import type { Vector } from './vector.js';

const ROOF_TONES = [0x8a4b38, 0x6e4a42, 0x54565c, 0x7a6a58, 0x9a5a40] as const;

/** Tiles in courses; dark roofs get hot in the sun. */
function tiles(hex: number): Material {
  const tone = srgb(hex);
  const shade = srgb(0x2c2828);
  return {
    albedo: (p, colour) => {
      const tile = chanceOf(Math.floor(p.u / 0.3), Math.floor(p.v / 0.34), p.seed) - 0.5;
      const fade = 1 / (1 + p.footprint * 9);
      tint(colour, tone, 1 + 0.34 * tile * fade + 0.16 * fractal(p.u * 0.5, p.v * 0.5, p.seed, p.footprint));
      if (((p.v % 0.34) + 0.34) % 0.34 < 0.05) blend(colour, shade, 0.45 * fade);
    },
    celsius: (p) =>
      15.5 +
      1.4 * fractal(p.u * 0.5, p.v * 0.3, p.seed + 30, p.footprint, 4) -
      (0.5 * Math.sin(p.v * 18)) / (1 + p.footprint * 20),
    sunLoading: 11,
  };
}

/** The ground that a building stands on, metres. */
export interface Plot {
  readonly left: number;
  readonly right: number;
  readonly near: number;
  readonly far: number;
  readonly ground: number;
}

/** A house with a pitched roof; the ridge runs along its longer side. */
export function house(plot: Plot, wallHeight: number, random: Random): Surface[] {
  const seed = random.integer(1e9);
  const plan = frontPlan(random, false);
  const { left, right, near, far, ground } = plot;
  const eaves = ground + wallHeight;
  const fronts = facade(plan, false);
  const surfaces: Surface[] = walls(left, right, near, far, ground, eaves, () => fronts, seed);
  const roof = tiles(random.pick(ROOF_TONES));
  const gable = facade(plan, true);
  const lengthwise = far - near > right - left;
  const half = (lengthwise ? right - left : far - near) / 2;
  const ridge = eaves + half * random.between(0.55, 0.85);
  const drop = 0.3 * ((ridge - eaves) / half);
  const over = 0.35;
  // Written for a ridge along z, then turned where it runs along x.
  const at = (side: number, height: number, end: number): Vector => {
    const [x, z] = lengthwise ? [(left + right) / 2 + side, end] : [end, (near + far) / 2 + side];
    return [x, height, z];
  };
  const [begin, end] = lengthwise ? [near, far] : [left, right];
  for (const side of [-1, 1]) {
    const pitch = polygon(
      [
        at(side * (half + over), eaves - drop, begin - over),
        at(side * (half + over), eaves - drop, end + over),
        at(0, ridge, end + over),
        at(0, ridge, begin - over),
      ],
      roof,
      seed + side,
    );
    surfaces.push(upwards(pitch));
  }
  for (const [place, direction] of [
    [begin, -1],
    [end, 1],
  ] as const) {
    const triangle = polygon([at(-half, eaves, place), at(half, eaves, place), at(0, ridge, place)], gable, seed + 5);
    surfaces.push({ ...triangle, facing: lengthwise ? [0, 0, direction] : [direction, 0, 0] });
  }
  const chimney = plain(0x8b5a48, 21, 6);
  const stack = at(half * 0.3, 0, begin + (end - begin) * random.between(0.25, 0.75));
  surfaces.push(
    ...walls(
      stack[0] - 0.35,
      stack[0] + 0.35,
      stack[2] - 0.35,
      stack[2] + 0.35,
      eaves,
      ridge + 0.7,
      () => chimney,
      seed,
    ),
  );
  return surfaces;
}

/** A town house with a flat roof behind a cornice, shops below where `shop`. */
export function block(plot: Plot, storeys: number, shop: boolean, random: Random): Surface[] {
  const seed = random.integer(1e9);
  const plan = frontPlan(random, shop);
  const { left, right, near, far, ground } = plot;
  const top = ground + storeys * plan.storey + 0.5;
  const front = facade(plan, false);
  const cornice = plain(0xcfc8bb, 18.5, 6);
  const surfaces: Surface[] = walls(left, right, near, far, ground, top, () => front, seed);
  const out = 0.25;
  surfaces.push(...walls(left - out, right + out, near - out, far + out, top - 0.35, top, () => cornice, seed + 1));
  const flat = plain(0x8d8983, 16, 10);
  surfaces.push(
    upwards(
      polygon(
        [
          [left - out, top, near - out],
          [right + out, top, near - out],
          [right + out, top, far + out],
          [left - out, top, far + out],
        ],
        flat,
        seed + 2,
      ),
    ),
  );
  if (shop) surfaces.push(...awnings(plot, random));
  return surfaces;
}

/** Sloping awnings over the shop windows, on the side that faces the street (x = 0). */
function awnings({ left, right, near, far, ground }: Plot, random: Random): Surface[] {
  const side = left > 0 ? -1 : 1;
  const wall = left > 0 ? left : right;
  const cloth = plain(random.pick([0xa03a32, 0x2f6a4f, 0x2c4f80, 0xd8a63c]), 17, 9, { mottle: 0.05 });
  const high = ground + 2.95;
  const low = ground + 2.45;
  const reach = wall + side * 1.3;
  return [
    upwards(
      polygon(
        [
          [wall, high, near + 0.4],
          [wall, high, far - 0.4],
          [reach, low, far - 0.4],
          [reach, low, near + 0.4],
        ],
        cloth,
        random.integer(1e9),
      ),
    ),
  ];
}

/** The polygon with its light side up. */
export function upwards(flat: Polygon): Polygon {
  if (flat.normal[1] >= 0) return flat;
  return { ...flat, facing: [-flat.normal[0], -flat.normal[1], -flat.normal[2]] };
}
