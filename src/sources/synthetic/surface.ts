import type { Material } from './material.js';
import { cross, minus, plus, times, unit, type Vector } from './vector.js';

/** A flat convex piece of the world. */
export interface Polygon {
  readonly kind: 'polygon';
  readonly corners: readonly Vector[];
  /** Unit normal of the plane. */
  readonly normal: Vector;
  /** Unit normal that light falls on; leaves take their crown's. */
  readonly facing: Vector;
  /** Texture coordinates are metres from here along `across` and `along`. */
  readonly origin: Vector;
  readonly across: Vector;
  readonly along: Vector;
  readonly material: Material;
  readonly seed: number;
}

/** A rounded rod, tapering from one end to the other: trunks, posts, arms and legs. Texture: u 0…1 along, v −1…1 across. */
export interface Rod {
  readonly kind: 'rod';
  readonly from: Vector;
  readonly to: Vector;
  readonly radiusFrom: number;
  readonly radiusTo: number;
  readonly material: Material;
  readonly seed: number;
}

export type Surface = Polygon | Rod;

/** A flat convex polygon; texture axes follow its first two edges. `facing` sets the side it shows to the light. */
export function polygon(
  corners: readonly [Vector, Vector, Vector, ...Vector[]],
  material: Material,
  seed = 0,
): Polygon {
  const [origin, second, third] = corners;
  const across = unit(minus(second, origin));
  const normal = unit(cross(across, minus(third, origin)));
  return {
    kind: 'polygon',
    corners,
    normal,
    facing: normal,
    origin,
    across,
    along: cross(normal, across),
    material,
    seed,
  };
}

/** A parallelogram from one corner along two edges. Its light side is where `across` × `along` points. */
export function sheet(origin: Vector, across: Vector, along: Vector, material: Material, seed = 0): Polygon {
  return polygon(
    [origin, plus(origin, across), plus(plus(origin, across), along), plus(origin, along)],
    material,
    seed,
  );
}

/** A level rectangle of ground at `height`, facing up. Texture: u = x − left, v = z − near. */
export function level(
  left: number,
  right: number,
  near: number,
  far: number,
  height: number,
  material: Material,
  seed = 0,
): Polygon {
  const flat = sheet([left, height, near], [right - left, 0, 0], [0, 0, far - near], material, seed);
  return { ...flat, normal: [0, 1, 0], facing: [0, 1, 0], along: [0, 0, 1] };
}

/** The four walls of an upright box, texture u along each wall from its left corner and v upwards, seen from outside. */
export function walls(
  left: number,
  right: number,
  near: number,
  far: number,
  bottom: number,
  top: number,
  material: (side: 'front' | 'back' | 'left' | 'right') => Material,
  seed = 0,
): Polygon[] {
  const wall = (origin: Vector, across: Vector, facing: Vector, its: Material, turn: number): Polygon => ({
    ...sheet(origin, across, [0, top - bottom, 0], its, seed + turn),
    facing,
  });
  return [
    wall([left, bottom, near], [right - left, 0, 0], [0, 0, -1], material('front'), 0),
    wall([right, bottom, far], [left - right, 0, 0], [0, 0, 1], material('back'), 1),
    wall([left, bottom, far], [0, 0, near - far], [-1, 0, 0], material('left'), 2),
    wall([right, bottom, near], [0, 0, far - near], [1, 0, 0], material('right'), 3),
  ];
}

/** A rod between two points. */
export function rod(from: Vector, to: Vector, radiusFrom: number, radiusTo: number, material: Material, seed = 0): Rod {
  return { kind: 'rod', from, to, radiusFrom, radiusTo, material, seed };
}

/** The surface turned about the upright axis through the origin, from +z towards +x by `heading` radians, then moved. */
export function placed(surface: Surface, at: Vector, heading = 0): Surface {
  const sine = Math.sin(heading);
  const cosine = Math.cos(heading);
  const turn = (v: Vector): Vector => [v[0] * cosine + v[2] * sine, v[1], v[2] * cosine - v[0] * sine];
  const move = (v: Vector): Vector => plus(turn(v), at);
  if (surface.kind === 'rod') return { ...surface, from: move(surface.from), to: move(surface.to) };
  return {
    ...surface,
    corners: surface.corners.map(move),
    normal: turn(surface.normal),
    facing: turn(surface.facing),
    origin: move(surface.origin),
    across: turn(surface.across),
    along: turn(surface.along),
  };
}

/** The surface as its shadow on the level ground at `height`, for light that comes from the direction `sun`. */
export function shadowOn(surface: Surface, height: number, sun: Vector): Surface {
  const drop = (v: Vector): Vector => minus(v, times(sun, (v[1] - height) / sun[1]));
  if (surface.kind === 'rod') return { ...surface, from: drop(surface.from), to: drop(surface.to) };
  const corners = surface.corners.map(drop);
  return { ...surface, corners, normal: [0, 1, 0], origin: [0, height, 0] };
}
