import type { Size } from '../../core/frame.js';
import { house } from './building.js';
import { axesAlong, type Camera } from './camera.js';
import { car } from './car.js';
import { asphalt, growth, plain, WATER } from './ground.js';
import { emptyLayers, paintLayers, type Layers, type StillWorld, type View } from './layers.js';
import { Sunlight } from './light.js';
import type { Material } from './material.js';
import { hedge, tree } from './plants.js';
import { hash, Random } from './random.js';
import type { Scene } from './scene.js';
import { fairSky } from './sky.js';
import { level, placed, polygon, sheet, type Surface } from './surface.js';
import { Traffic } from './traffic.js';
import { unit, type Vector } from './vector.js';

/** Metres of ground across the picture. */
const SWATH = 60;
/** The land repeats after this many metres of flight; in the picture, `SINE` × as many, four swaths. */
const PERIOD = 300;
const SINE = 0.8;
const COSINE = 0.6;
const CHUNKS = (PERIOD * SINE) / SWATH;
/** Flying speed, metres a second; and how far along a cut jumps. */
const SPEED = 5;
const CUT_JUMP = 130;
const HALF = 48;
const CHUNK_MEMORY = 64 << 20;

/**
 * Country seen from a drone that flies along z and looks down at 53°, through a lens long enough to take rays as
 * parallel: then flying moves the picture without changing it, and it is painted once, chunk by chunk.
 */
export function openDrone(seed: number, size: Size, view: View): Scene {
  const land = countryside(new Random(hash(seed, 1)));
  const sun = unit([0.5, 0.75, -0.45]);
  const sky = fairSky(seed);
  const traffic = new Traffic(
    new Random(hash(seed, 2)),
    {
      cars: [
        { x: land.road - 1.7, ground: 0.06, from: 0, to: PERIOD, direction: -1 },
        { x: land.road + 1.7, ground: 0.06, from: 0, to: PERIOD, direction: 1 },
      ],
      walkers: [
        { x: land.path, ground: 0.05, from: 0, to: PERIOD, direction: 1 },
        { x: land.path + 0.5, ground: 0.05, from: 0, to: PERIOD, direction: -1 },
        { x: land.path + 9, ground: 0, from: 0, to: PERIOD, direction: 1 },
      ],
      crossings: [],
    },
    { cars: 70, walkers: 22 },
  );
  const scale = size.width / SWATH;
  const axes = axesAlong([0, -SINE, COSINE]);
  const cameraTo = (top: number): Camera => ({
    kind: 'parallel',
    eye: [0, 0, 0],
    ...axes,
    scale,
    centreX: size.width / 2,
    centreY: scale * top,
  });
  const chunkSize = { width: size.width, height: size.width };
  const paintChunk = (index: number): Layers => {
    const near = (index * SWATH) / SINE;
    const surfaces = [-PERIOD, 0, PERIOD].flatMap((shift) => within(land.surfaces, shift, near - 30, near + 110));
    const light = new Sunlight(sun, { left: -36, right: 36, near: near - 16, far: near + 92, top: 10 }, surfaces);
    const world: StillWorld = { surfaces, light, sky };
    return paintLayers(world, cameraTo((index + 1) * SWATH), chunkSize, view);
  };
  const chunkBytes = size.width * size.width * (view === 'daylight' ? 20 : 8);
  const keep = Math.max(Math.ceil(size.height / size.width) + 1, Math.floor(CHUNK_MEMORY / chunkBytes));
  const chunks = new Map<number, Layers>();
  const chunk = (index: number): Layers => {
    const layers = chunks.get(index) ?? paintChunk(index);
    chunks.delete(index);
    chunks.set(index, layers);
    for (const oldest of chunks.keys()) {
      if (chunks.size <= keep) break;
      chunks.delete(oldest);
    }
    return layers;
  };
  const still = emptyLayers(size, view);
  return {
    at: (seconds, place) => {
      const flown = (SPEED * seconds + CUT_JUMP * place) % PERIOD;
      const bottom = flown * SINE * scale;
      for (let row = 0; row < size.height; row += 1) {
        copyRow(still, row, bottom + size.height - 1 - row, size.width, chunk);
      }
      const camera = cameraTo(flown * SINE + size.height / scale);
      const actors = [0, PERIOD].flatMap((along) => traffic.at(seconds, along));
      return {
        still,
        camera,
        actors: actors.filter(({ at }) => at[2] > flown - 15 && at[2] < flown + 30 + size.height / scale / SINE),
        sun,
      };
    },
  };
}

/** Copies one row of the endless strip, `height` pixels above its begin: a mix of the two rows that it lies between. */
function copyRow(still: Layers, row: number, height: number, width: number, chunk: (index: number) => Layers): void {
  const lower = Math.floor(height);
  const share = height - lower;
  const strips = [lower, lower + 1].map((up) => {
    const index = Math.floor(up / width);
    const layers = chunk(index % CHUNKS);
    return {
      layers,
      at: (width - 1 - (up - index * width)) * width,
      away: Math.floor(index / CHUNKS) * PERIOD * COSINE,
    };
  });
  const [below, above] = strips;
  if (below === undefined || above === undefined) return;
  const mix = (from: 'picture' | 'sunlit', channels: number): void => {
    const a = below.layers[from];
    const b = above.layers[from];
    const target = still[from];
    const toA = (below.at - row * width) * channels;
    const toB = (above.at - row * width) * channels;
    for (let i = row * width * channels; i < (row + 1) * width * channels; i += 1) {
      const value = a[i + toA] ?? 0;
      target[i] = value + ((b[i + toB] ?? 0) - value) * share;
    }
  };
  mix('picture', still.picture.length / (still.size.width * still.size.height));
  if (still.sunlit.length > 0) mix('sunlit', 1);
  const nearest = share < 0.5 ? below : above;
  for (let column = 0; column < width; column += 1) {
    still.nearness[row * width + column] = (nearest.layers.nearness[nearest.at + column] ?? 0) - nearest.away;
  }
}

/** The surfaces moved along z, those that lie between `near` and `far` then. */
function within(surfaces: readonly Surface[], shift: number, near: number, far: number): Surface[] {
  const reaches = (zs: readonly number[]): boolean => Math.min(...zs) + shift < far && Math.max(...zs) + shift > near;
  return surfaces
    .filter((its) => reaches(its.kind === 'rod' ? [its.from[2], its.to[2]] : its.corners.map((corner) => corner[2])))
    .map((its) => (shift === 0 ? its : placed(its, [0, 0, shift], false)));
}

interface Land {
  readonly surfaces: readonly Surface[];
  /** Middle of the road and of the footpath. */
  readonly road: number;
  readonly path: number;
}

const FIELDS = [
  growth(0x6c8a3c, 0xa7a05a, 15.4),
  growth(0x7d8f3a, 0x8e9a4a, 16.2, 0.8),
  growth(0x8a6b4a, 0x9a7c58, 18.4, 1.1),
  growth(0xc2a85c, 0xd4bd74, 17.4, 0.6),
  growth(0x587a34, 0x74883f, 14.6, 0.5),
] as const satisfies readonly [Material, ...Material[]];

/** One period of land: fields, a river with a bridge, a hamlet; a road and a footpath all along. */
function countryside(random: Random): Land {
  const road = random.between(-15, -9);
  const path = random.between(7, 12);
  const seed = random.integer(1e9);
  const surfaces: Surface[] = [];
  const cuts = [0, random.between(40, 50), random.between(84, 92), 168, 255, PERIOD];
  cuts.slice(1).forEach((far, index) => {
    const near = cuts[index] ?? 0;
    const hamlet = near === 168;
    for (const [left, right] of [
      [-HALF, road - 3.6],
      [road + 3.6, path - 1.2],
      [path + 1.2, HALF],
    ] as const) {
      const field = hamlet ? FIELDS[0] : random.pick(FIELDS);
      surfaces.push(level(left, right, near, far, 0, field, random.integer(1e9)));
    }
  });
  const verge = growth(0x73863f, 0xb0a468, 15.8);
  surfaces.push(
    level(-HALF, HALF, 0, PERIOD, -0.02, verge, seed),
    level(road - 3.6, road + 3.6, 0, PERIOD, 0.06, asphalt(3.6, false), seed),
    level(path - 1.1, path + 1.1, 0, PERIOD, 0.05, plain(0xc6b48f, 17.5, 7, { mottle: 0.2 }), seed),
    ...river(random, seed, road, path),
  );
  for (let index = 0; index < 46; index += 1) {
    const z = random.between(0, PERIOD);
    const x = random.between(-34, 34);
    const clear = Math.abs(x - road) > 5.5 && Math.abs(x - path) > 2.5;
    const inHamlet = z > 168 && z < 255;
    const byRiver = Math.abs(z - 130) < 18;
    if (!clear || (inHamlet && Math.abs(x) < 26) || Math.abs(z - 130) < 8 || (!byRiver && random.chance(0.35)))
      continue;
    surfaces.push(...tree([x, 0, z], random.between(4, 8), random));
  }
  for (let z = 172; z < 245; z += 18) {
    for (const [left, right] of [
      [road - 17, road - 7.5],
      [road + 6.5, path - 2.5],
      [path + 4, path + 14],
    ] as const) {
      if (random.chance(0.2)) continue;
      surfaces.push(...homestead(random, left, right, z));
    }
  }
  for (const [near, far] of [
    [60, 82],
    [262, 290],
  ] as const)
    surfaces.push(...hedge(path + 2.4, near, far, 0, 1.1, random));
  return { surfaces, road, path };
}

function homestead(random: Random, left: number, right: number, z: number): Surface[] {
  const width = Math.min(right - left, random.between(7, 9.5));
  const plot = {
    left,
    right: left + width,
    near: z + random.between(0, 2),
    far: z + random.between(9.5, 12),
    ground: 0,
  };
  const at: Vector = [right - 1, 0.02, plot.far + 2.8];
  return [
    ...house(plot, random.between(2.8, 4.6), random),
    ...tree([left - random.between(0, 1.5), 0, plot.far + random.between(1.5, 3)], random.between(3.5, 6), random),
    ...(random.chance(0.5) ? car(random, true).map((surface) => placed(surface, at, random.chance(0.5))) : []),
    level(right - 2.6, right + 1.2, plot.far - 2, plot.far + 6, 0.01, plain(0xa49a8a, 18, 7), random.integer(1e9)),
  ];
}

/** A river across the land, its sandy banks, and the bridges' parapets. */
function river(random: Random, seed: number, road: number, path: number): Surface[] {
  const slant = random.between(-9, 9);
  const band = (half: number, height: number, material: Material): Surface => ({
    ...polygon(
      [
        [-HALF, height, 130 - half - slant],
        [HALF, height, 130 - half + slant],
        [HALF, height, 130 + half + slant],
        [-HALF, height, 130 + half - slant],
      ],
      material,
      seed,
    ),
    facing: [0, 1, 0],
  });
  const stone = plain(0xb5aa98, 17.5, 6);
  const parapet = (x: number): Surface[] => {
    const z = 130 + (x / HALF) * slant;
    return [-1, 1].map((side) => ({
      ...sheet([x, 0, z - 9], [0, 0, 18], [0, 1, 0], stone, seed + side),
      facing: [side, 0, 0] as const,
    }));
  };
  return [
    band(7.6, 0.02, plain(0xb7a780, 17, 7, { mottle: 0.25 })),
    band(6.2, 0.03, WATER),
    ...[road - 3.7, road + 3.7, path - 1.2, path + 1.2].flatMap(parapet),
  ];
}
