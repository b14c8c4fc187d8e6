import type { Size } from '../../core/frame.js';
import { block, house } from './building.js';
import { axesAlong, type Camera } from './camera.js';
import { car } from './car.js';
import { asphalt, CROSSING_AT, CROSSING_EVERY, growth, plain, slabs } from './ground.js';
import { paintLayers, type Layers, type View } from './layers.js';
import { shadowMapSide, Sunlight } from './light.js';
import { hedge, tree } from './plants.js';
import { hash, Random } from './random.js';
import type { Scene } from './scene.js';
import { fairSky } from './sky.js';
import { level, placed, rod, sheet, type Surface } from './surface.js';
import { crossing, straight, Traffic } from './traffic.js';
import { plus, unit, type Vector } from './vector.js';

/** Metres between two camera places, and how many there are. */
const PLACE_STEP = CROSSING_EVERY;
const PLACES = 5;
const PLOT = 16;
const KERB = 5.4;
const PAVEMENT = 8.6;
const RAISED = 0.13;
const SIGHT = 230;
/** The street is built from this far behind the camera. */
const BEHIND = 20;

/** A street with houses, shops, trees and parked cars, seen along it by a camera on a mast at the kerb. */
export function openStreet(seed: number, size: Size, view: View): Scene {
  const random = new Random(hash(seed, 1));
  const sun = unit([random.between(0.25, 0.55), random.between(0.5, 0.7), -random.between(0.3, 0.55)]);
  const sky = fairSky(seed);
  const road = { from: -25, to: SIGHT, gap: 62 };
  const pavement = { from: -4, to: 96, gap: 19 };
  const zebra = { from: -14, to: 14, gap: 19 };
  const traffic = new Traffic(
    new Random(hash(seed, 2)),
    [straight(-1.75, 0, { ...road, direction: -1 }), straight(1.75, 0, { ...road, direction: 1 })],
    [
      straight(-6.7, RAISED, { ...pavement, direction: 1 }),
      straight(-7.3, RAISED, { ...pavement, direction: -1 }),
      straight(7.1, RAISED, { ...pavement, direction: -1 }),
      crossing(CROSSING_AT - BEHIND, 0.02, { ...zebra, direction: 1 }),
      crossing(CROSSING_AT - BEHIND, 0.02, { ...zebra, direction: -1 }),
    ],
  );
  // One place is kept: a cut comes seldom, and painting again costs less than holding every place.
  let painted: { readonly from: number; readonly still: Layers } | undefined;
  return {
    at: (seconds, place) => {
      const nearest = (place % PLACES) * PLACE_STEP;
      const camera = streetCamera(nearest, size);
      if (painted?.from !== nearest) {
        const surfaces = stillStreet(seed, nearest);
        const light = new Sunlight(
          sun,
          { left: -24, right: 24, near: nearest - 12, far: nearest + 120, top: 12 },
          surfaces,
          shadowMapSide(size.width),
        );
        painted = { from: nearest, still: paintLayers({ surfaces, light, sky }, camera, size, view) };
      }
      return { still: painted.still, camera, actors: traffic.at(seconds, nearest), sun };
    },
  };
}

function streetCamera(z: number, size: Size): Camera {
  const yaw = -0.115;
  const pitch = -0.045;
  return {
    kind: 'perspective',
    eye: [4.1, 2.55, z],
    ...axesAlong([Math.sin(yaw), pitch, Math.cos(yaw)]),
    scale: Math.max(size.width, size.height * 1.1) * 0.95,
    centreX: size.width / 2,
    centreY: size.height * 0.47,
  };
}

function stillStreet(seed: number, from: number): Surface[] {
  const surfaces: Surface[] = ground(seed, from);
  const first = Math.floor((from - BEHIND) / PLOT);
  const last = Math.floor((from + SIGHT) / PLOT);
  for (let index = first; index <= last; index += 1) {
    for (const side of [-1, 1] as const)
      surfaces.push(...plot(new Random(hash(seed, index, side + 5)), index * PLOT, side, from));
  }
  return surfaces;
}

function ground(seed: number, from: number): Surface[] {
  const near = from - BEHIND;
  const far = from + 420;
  const paving = slabs(0xb9b2a6, 0.6, 17.5);
  const lawn = growth(0x5f7f35, 0x9a9555, 15.2);
  const kerbstone = plain(0xc4c0b8, 18.5, 6);
  const surfaces: Surface[] = [level(-KERB, KERB, near, far, 0, asphalt(KERB, true), seed)];
  for (const side of [-1, 1] as const) {
    const span = (a: number, b: number): [number, number] => (side < 0 ? [-b, -a] : [a, b]);
    surfaces.push(
      level(...span(KERB, KERB + 0.16), near, far, RAISED, kerbstone, seed),
      { ...sheet([side * KERB, 0, near], [0, 0, far - near], [0, RAISED, 0], kerbstone, seed), facing: [-side, 0, 0] },
      level(...span(KERB + 0.16, PAVEMENT), near, far, RAISED, paving, seed + side),
      level(...span(PAVEMENT, 200), near, far, RAISED, lawn, seed + 3 * side),
    );
  }
  return surfaces;
}

/** What stands on one plot of one side: a house with a garden or a block at the pavement, trees, a lamp, parked cars. */
function plot(random: Random, near: number, side: 1 | -1, cameraAt: number): Surface[] {
  const surfaces: Surface[] = [];
  const far = near + PLOT;
  const across = (a: number, b: number): { left: number; right: number } =>
    side < 0 ? { left: -b, right: -a } : { left: a, right: b };
  const town = random.chance(0.45);
  if (town) {
    const storeys = 2 + random.integer(3);
    const wide = { ...across(PAVEMENT + 0.2, PAVEMENT + 11), near: near + 0.2, far: far - random.between(0.2, 1.5) };
    surfaces.push(...block({ ...wide, ground: RAISED }, storeys, random.chance(0.6), random));
  } else {
    const setback = PAVEMENT + random.between(3, 6);
    const lengthwise = { near: near + random.between(1, 2.5), far: far - random.between(2, 4) };
    surfaces.push(
      ...house(
        { ...across(setback, setback + random.between(8, 10)), ...lengthwise, ground: RAISED },
        random.between(3.2, 6),
        random,
      ),
      ...hedge(side * (PAVEMENT + 0.4), near + 1, far - 4, RAISED, random.between(0.8, 1.2), random),
    );
    if (random.chance(0.8)) {
      surfaces.push(...tree([side * (PAVEMENT + 1.8), RAISED, far - 1.5], random.between(5, 8.5), random));
    }
    surfaces.push(...tree([side * (setback + 14), RAISED, near + 5], random.between(8, 13), random));
  }
  const clearOfCamera = side < 0 || near > cameraAt + 8 || far < cameraAt;
  if (random.chance(0.6) && clearOfCamera) {
    surfaces.push(...tree([side * 6.1, RAISED, near + random.between(2, 6)], random.between(5.5, 8), random));
  }
  if (side > 0 ? near % (2 * PLOT) === 0 : near % (2 * PLOT) !== 0) surfaces.push(...lampPost(side, near + 9));
  for (const z of [near + 3, near + 9.2]) {
    if (!random.chance(0.55) || !(side < 0 || z > cameraAt + 13 || z < cameraAt - 4)) continue;
    const at: Vector = [side * 4.35 + random.between(-0.15, 0.15), 0, z + random.between(-0.3, 0.3)];
    surfaces.push(...car(random, true).map((surface) => placed(surface, at, side < 0 ? Math.PI : 0)));
  }
  return surfaces;
}

const STEEL = plain(0x6f7678, 17, 7);
const LANTERN = plain(0xd9d9d2, 21, 3);

function lampPost(side: 1 | -1, z: number): Surface[] {
  const foot: Vector = [side * 5.75, RAISED, z];
  const top = plus(foot, [0, 6.4, 0]);
  const arm = plus(top, [-side * 1.5, 0.35, 0]);
  return [
    rod(foot, plus(foot, [0, 1.1, 0]), 0.11, 0.1, STEEL),
    rod(plus(foot, [0, 1.1, 0]), top, 0.075, 0.05, STEEL),
    rod(top, arm, 0.045, 0.04, STEEL),
    rod(plus(arm, [side * 0.25, 0, 0]), plus(arm, [-side * 0.4, 0.02, 0]), 0.09, 0.12, LANTERN),
  ];
}
