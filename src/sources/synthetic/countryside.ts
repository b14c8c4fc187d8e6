import { house } from './building.js';
import { car } from './car.js';
import { asphalt, growth, plain, WATER } from './ground.js';
import type { Material } from './material.js';
import { hedge, tree } from './plants.js';
import type { Random } from './random.js';
import { level, placed, polygon, sheet, type Surface } from './surface.js';
import type { Vector } from './vector.js';

/** The land repeats after this many metres along z. */
export const PERIOD = 300;
/** Half the width of the land, and the length of the straight pieces that make its bends. */
const HALF = 52;
const PIECE = 5;
const RIVER = 130;
const HAMLET = { near: 168, far: 255 } as const;

/** One period of land. */
export interface Land {
  readonly surfaces: readonly Surface[];
  /** Middle of the road and of the footpath where the land does not bend. */
  readonly road: number;
  readonly path: number;
  /** How far everything is moved sideways at z, metres. */
  readonly bend: (z: number) => number;
}

const FIELDS: readonly [Material, ...Material[]] = [
  growth(0x6c8a3c, 0xa7a05a, 15.4),
  growth(0x7d8f3a, 0x8e9a4a, 16.2, 0.8),
  growth(0x8a6b4a, 0x9a7c58, 18.4, 1.1),
  growth(0xc2a85c, 0xd4bd74, 17.4, 0.6),
  growth(0x587a34, 0x74883f, 14.6, 0.5),
];
const VERGE = growth(0x73863f, 0xb0a468, 15.8);
const GRAVEL = plain(0xc6b48f, 17, 4.5, { mottle: 0.2 });
const YARD = plain(0xa49a8a, 18, 7);
const SAND = plain(0xb7a780, 17, 7, { mottle: 0.25 });
const STONE = plain(0xb5aa98, 17.5, 6);

/** Fields, a river with bridges, a hamlet; a winding road and a footpath all along. */
export function countryside(random: Random): Land {
  const road = random.between(-14, -9);
  const path = random.between(7, 11);
  const phase = random.between(0, 6);
  const bend = (z: number): number => {
    const turn = (z / PERIOD) * 2 * Math.PI;
    return 6 * Math.sin(turn + phase) + 3 * Math.sin(2 * turn + 2 * phase);
  };
  const seed = random.integer(1e9);
  const strip = (left: number, right: number, near: number, far: number, height: number, its: Material): Surface[] =>
    winding(left, right, near, far, height, its, random.integer(1e9), bend);
  const surfaces: Surface[] = [
    level(-HALF - 12, HALF + 12, 0, PERIOD, -0.02, VERGE, seed),
    ...strip(road - 3.6, road + 3.6, 0, PERIOD, 0.06, asphalt(3.6, false)),
    ...strip(path - 1.1, path + 1.1, 0, PERIOD, 0.05, GRAVEL),
    ...river(random, seed, [road - 3.7, road + 3.7, path - 1.2, path + 1.2], bend),
  ];
  const borders = [0, random.between(40, 50), random.between(84, 92), HAMLET.near, HAMLET.far, PERIOD];
  borders.slice(1).forEach((far, index) => {
    const near = borders[index] ?? 0;
    for (const [left, right] of [
      [-HALF, road - 4.4],
      [road + 4.4, path - 1.6],
      [path + 1.6, HALF],
    ] as const) {
      const field = near === HAMLET.near ? FIELDS[0] : random.pick(FIELDS);
      surfaces.push(...strip(left, right, near + 0.4, far - 0.4, 0, field));
    }
  });
  for (let index = 0; index < 60; index += 1) surfaces.push(...loneTree(random, road, path, bend));
  for (let z = HAMLET.near + 4; z < HAMLET.far - 10; z += 18) {
    for (const [left, right] of [
      [road - 17, road - 7.5],
      [road + 6.5, path - 2.5],
      [path + 4, path + 14],
    ] as const) {
      const at = bend(z + 6);
      if (random.chance(0.82))
        surfaces.push(...homestead(random, left + at, right + at, z + random.between(-1.5, 1.5)));
    }
  }
  for (const z of [62, 67, 72, 77, 264, 269, 274, 279]) {
    surfaces.push(...hedge(path + 2.6 + bend(z + 2.5), z, z + 5, 0, 1.1, random));
  }
  return { surfaces, road, path, bend };
}

/** A level strip along z that follows the bends; its texture follows them too. */
function winding(
  left: number,
  right: number,
  near: number,
  far: number,
  height: number,
  material: Material,
  seed: number,
  bend: (z: number) => number,
): Surface[] {
  const pieces = Math.max(1, Math.round((far - near) / PIECE));
  return Array.from({ length: pieces }, (_, index): Surface => {
    const from = near + ((far - near) * index) / pieces;
    const to = near + ((far - near) * (index + 1)) / pieces;
    const slope = (bend(to) - bend(from)) / (to - from);
    const flat = polygon(
      [
        [left + bend(from), height, from],
        [right + bend(from), height, from],
        [right + bend(to), height, to],
        [left + bend(to), height, to],
      ],
      material,
      seed,
    );
    return {
      ...flat,
      facing: [0, 1, 0],
      // u counts from the strip's left edge and v from its beginning, whichever piece a point lies in.
      origin: [left + bend(from) + slope * (near - from), height, near],
      across: [1, 0, -slope],
      along: [0, 0, 1],
    };
  });
}

function loneTree(random: Random, road: number, path: number, bend: (z: number) => number): Surface[] {
  const z = random.between(0, PERIOD);
  const x = random.between(-36, 36);
  const clear = Math.abs(x - road) > 5.5 && Math.abs(x - path) > 2.8;
  const inHamlet = z > HAMLET.near && z < HAMLET.far && Math.abs(x) < 30;
  const fromRiver = Math.abs(z - RIVER);
  if (!clear || inHamlet || fromRiver < 13 || (fromRiver > 26 && random.chance(0.4))) return [];
  return tree([x + bend(z), 0, z], random.between(4, 8), random);
}

function homestead(random: Random, left: number, right: number, z: number): Surface[] {
  const width = Math.min(right - left, random.between(7, 9.5));
  const depth = random.between(8, 11);
  const plot = { left, right: left + width, near: z, far: z + depth, ground: 0 };
  const at: Vector = [right - 1, 0.02, plot.far + 2.8];
  return [
    ...house(plot, random.between(2.8, 4.6), random),
    ...tree([left - random.between(0, 1.5), 0, plot.far + random.between(1.5, 3)], random.between(3.5, 6), random),
    ...(random.chance(0.5) ? car(random, true).map((surface) => placed(surface, at, random.integer(2) * Math.PI)) : []),
    level(right - 2.6, right + 1.2, plot.far - 2, plot.far + 6, 0.01, YARD, random.integer(1e9)),
  ];
}

/** A river across the land, its sandy banks, and parapets where it is bridged. */
function river(random: Random, seed: number, parapets: readonly number[], bend: (z: number) => number): Surface[] {
  const slant = random.between(-12, 12);
  const side = HALF + 12;
  const band = (half: number, height: number, material: Material): Surface => ({
    ...polygon(
      [
        [-side, height, RIVER - half - slant],
        [side, height, RIVER - half + slant],
        [side, height, RIVER + half + slant],
        [-side, height, RIVER + half - slant],
      ],
      material,
      seed,
    ),
    facing: [0, 1, 0],
  });
  return [
    band(7.6, 0.02, SAND),
    band(6.2, 0.03, WATER),
    ...parapets.flatMap((unbent) => {
      const middle = RIVER + (unbent / side) * slant;
      const from = unbent + bend(middle - 9);
      const by = unbent + bend(middle + 9) - from;
      return [-1, 1].map((face) => ({
        ...sheet([from, 0, middle - 9], [by, 0, 18], [0, 1, 0], STONE, seed + face),
        facing: [face, 0, 0] as const,
      }));
    }),
  ];
}
