import { plain } from './ground.js';
import { srgb, tint, type Material } from './material.js';
import { fractal } from './texture.js';
import type { Random } from './random.js';
import { polygon, type Surface } from './surface.js';
import { unit, type Vector } from './vector.js';

const PAINTS = [0xb3282c, 0x24508f, 0xe9e9e6, 0x9fa4a8, 0x26282c, 0x3c6e57, 0xc9a227, 0x7a8fa3] as const;

/** Car paint over sheet metal: the side that looks up mirrors the cold sky, the warm parts show through. */
function bodywork(hex: number, celsius: number): Material {
  const tone = srgb(hex);
  return {
    albedo: (p, colour) => {
      tint(colour, tone, 0.95 + 0.1 * p.ny + 0.05 * fractal(p.u * 1.3, p.v * 1.3, p.seed, p.footprint, 2));
      const shine = 0.05 + 0.12 * Math.max(0, p.ny);
      colour.r += shine * 0.7;
      colour.g += shine * 0.85;
      colour.b += shine;
    },
    celsius: (p) => celsius - 3 * Math.max(0, p.ny) + 0.7 * fractal(p.u, p.v, p.seed + 9, p.footprint, 2),
    sunLoading: 7,
  };
}

const GLASS: Material = {
  albedo: (p, colour) => {
    tint(colour, srgb(0x2b343c), 1 + 1.6 * Math.max(0, p.ny + p.v * 0.4));
  },
  celsius: (p) => 14.2 - 3.2 * Math.max(0, p.ny),
  sunLoading: 2,
};

const TYRE = plain(0x1f1f20, 19, 3);
const HOT_TYRE = plain(0x1f1f20, 29, 3);
const HUB = plain(0xa8a8a8, 22, 2);
const DARK = plain(0x17181a, 18, 0);
const GRILLE = plain(0x1d1e20, 31, 2, { patchiness: 3 });
const LAMP = plain(0xf4f2e6, 17, 2);
const LIT_LAMP = plain(0xf4f2e6, 23, 2, { glow: 1.2 });
const TAIL_LAMP = plain(0xc01c1c, 18, 2, { glow: 0.25 });
const PLATE = plain(0xe9e6d0, 16, 3);
const EXHAUST = plain(0x4a4a4a, 44, 0);
/** The ground under a car: out of the sun, warmed by exhaust when it drives. */
const UNDERSIDE = plain(0x0e0e0f, 16, 0);
const HOT_UNDERSIDE = plain(0x0e0e0f, 23, 0);

/** A car, its middle on the ground at the origin, driving towards +z. Cold when `parked`. */
export function car(random: Random, parked: boolean): Surface[] {
  const hex = random.pick(PAINTS);
  const tall = random.chance(0.35);
  const w = tall ? 0.93 : 0.88;
  const roof = tall ? 1.72 : 1.44;
  const waist = tall ? 1.02 : 0.9;
  const body = bodywork(hex, parked ? 17.5 : 20);
  const bonnet = bodywork(hex, parked ? 17 : 25);
  const rear = tall ? -1.95 : -1.35;
  const seed = random.integer(1e9);
  // The lower body and the cabin are convex each, as polygons must be.
  const nose = 2.1;
  const tail = -2.12;
  const at = (x: number, y: number, z: number): Vector => [x, y, z];
  const surfaces: Surface[] = [];
  const add = (material: Material, facing: Vector, ...corners: [Vector, Vector, Vector, ...Vector[]]): void => {
    surfaces.push({ ...polygon(corners, material, seed + surfaces.length), facing: unit(facing) });
  };
  const top = w * 0.78;
  for (const s of [-1, 1]) {
    const x = s * w;
    const side: Vector = [s, 0.12, 0];
    add(
      body,
      side,
      at(x, 0.28, tail),
      at(x, 0.28, nose),
      at(x, 0.62, nose),
      at(x, waist - 0.12, nose - 0.25),
      at(x, waist, 0.95),
      at(x, waist, tail),
    );
    add(
      body,
      [s, 0.4, 0],
      at(x, waist, 0.95),
      at(s * top, roof, 0.2),
      at(s * top, roof, rear + 0.25),
      at(x, waist, rear - 0.45),
    );
    const glass = (share: number, z: number): Vector =>
      at(s * (w + (top - w) * share + 0.012), waist + (roof - waist) * share, z);
    add(GLASS, [s, 0.4, 0], glass(0.08, 0.72), glass(0.85, 0.14), glass(0.85, -0.42), glass(0.08, -0.42));
    add(GLASS, [s, 0.4, 0], glass(0.08, -0.52), glass(0.85, -0.52), glass(0.85, rear + 0.32), glass(0.08, rear - 0.15));
    for (const z of [1.3, -1.32]) {
      add(parked ? TYRE : HOT_TYRE, side, ...disc(x + s * 0.02, 0.33, z, 0.33));
      add(HUB, side, ...disc(x + s * 0.035, 0.33, z, 0.18));
    }
    add(parked ? LAMP : LIT_LAMP, [0, 0, 1], ...patch(s * (w - 0.22), 0.52, nose + 0.01, 0.16, 0.08));
    add(TAIL_LAMP, [0, 0, -1], ...patch(s * (w - 0.16), waist - 0.14, tail - 0.01, 0.13, 0.1));
  }
  add(
    bonnet,
    [0, 1, 0.15],
    at(-w, waist, 0.95),
    at(w, waist, 0.95),
    at(w, waist - 0.12, nose - 0.25),
    at(-w, waist - 0.12, nose - 0.25),
  );
  add(
    bonnet,
    [0, 1, 1],
    at(-w, waist - 0.12, nose - 0.25),
    at(w, waist - 0.12, nose - 0.25),
    at(w, 0.62, nose),
    at(-w, 0.62, nose),
  );
  add(body, [0, 0, 1], at(-w, 0.28, nose), at(w, 0.28, nose), at(w, 0.62, nose), at(-w, 0.62, nose));
  add(body, [0, 0, -1], at(-w, 0.28, tail), at(w, 0.28, tail), at(w, waist, tail), at(-w, waist, tail));
  add(body, [0, 1, 0], at(-w, waist, tail), at(w, waist, tail), at(w, waist, rear - 0.45), at(-w, waist, rear - 0.45));
  add(
    body,
    [0, 1, 0],
    at(-top, roof, 0.2),
    at(top, roof, 0.2),
    at(top, roof, rear + 0.25),
    at(-top, roof, rear + 0.25),
  );
  const front = (share: number, x: number): Vector =>
    at(x * (w + (top - w) * share), waist + (roof - waist) * share, 0.95 - 0.75 * share);
  add(body, [0, 0.8, 0.7], front(0, -1), front(0, 1), front(1, 1), front(1, -1));
  add(
    GLASS,
    [0, 0.8, 0.7],
    ...raised([front(0.06, -0.9), front(0.06, 0.9), front(0.93, 0.9), front(0.93, -0.9)], 0.012),
  );
  const back = (share: number, x: number): Vector =>
    at(x * (w + (top - w) * share), waist + (roof - waist) * share, rear - 0.45 + 0.7 * share);
  add(body, [0, 0.5, -0.8], back(0, -1), back(0, 1), back(1, 1), back(1, -1));
  add(
    GLASS,
    [0, 0.5, -0.8],
    ...raised([back(0.1, -0.86), back(0.1, 0.86), back(0.88, 0.86), back(0.88, -0.86)], -0.012),
  );
  add(parked ? DARK : GRILLE, [0, 0, 1], ...patch(0, 0.5, nose + 0.012, 0.46, 0.12));
  add(PLATE, [0, 0, -1], ...patch(0, 0.6, tail - 0.012, 0.26, 0.07));
  add(DARK, [0, 0, -1], ...patch(0, 0.34, tail - 0.012, w * 0.92, 0.07));
  if (!parked) add(EXHAUST, [0, 0, -1], ...patch(-0.5, 0.3, tail - 0.02, 0.09, 0.06));
  add(
    parked ? UNDERSIDE : HOT_UNDERSIDE,
    [0, 1, 0],
    at(-w, 0.03, tail),
    at(w, 0.03, tail),
    at(w, 0.03, nose),
    at(-w, 0.03, nose),
  );
  return surfaces;
}

type Corners = [Vector, Vector, Vector, ...Vector[]];

function disc(x: number, y: number, z: number, radius: number): Corners {
  const rim = (turn: number): Vector => [x, y + radius * Math.sin(turn), z + radius * Math.cos(turn)];
  return [rim(0), rim(0.7), rim(1.4), rim(2.1), rim(2.8), rim(3.5), rim(4.2), rim(4.9), rim(5.6)];
}

function patch(x: number, y: number, z: number, halfWidth: number, halfHeight: number): Corners {
  return [
    [x - halfWidth, y - halfHeight, z],
    [x + halfWidth, y - halfHeight, z],
    [x + halfWidth, y + halfHeight, z],
    [x - halfWidth, y + halfHeight, z],
  ];
}

function raised(corners: Corners, by: number): Corners {
  const lift = ([x, y, z]: Vector): Vector => [x, y + Math.abs(by), z + by];
  const [a, b, c, ...others] = corners;
  return [lift(a), lift(b), lift(c), ...others.map(lift)];
}
