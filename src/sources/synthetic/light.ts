import { axesAlong, type Camera } from './camera.js';
import { chanceOf } from './random.js';
import { Raster } from './raster.js';
import type { Surface } from './surface.js';
import { dot, times, type Vector } from './vector.js';

/** What the sun's view must cover: a box of the world, metres. */
export interface Region {
  readonly left: number;
  readonly right: number;
  readonly near: number;
  readonly far: number;
  readonly top: number;
}

/** The sun, and where it does not reach: a shadow map (Williams 1978), drawn once from the sun's direction. */
export class Sunlight {
  /** Unit vector towards the sun. */
  readonly sun: Vector;
  readonly #camera: Camera;
  readonly #map = new Raster();
  /** Surfaces nearer to the sun than a point by less than this, in metres, do not shade it. */
  readonly #slack: number;

  /** @param side of the map in pixels; fine enough for the picture that is painted with it */
  constructor(sun: Vector, region: Region, surfaces: readonly Surface[], side: number) {
    this.sun = sun;
    const axes = axesAlong(times(sun, -1));
    const corners = [region.left, region.right].flatMap((x) =>
      [0, region.top].flatMap((y) => [region.near, region.far].map((z): Vector => [x, y, z])),
    );
    const across = corners.map((corner) => dot(corner, axes.right));
    const upward = corners.map((corner) => dot(corner, axes.up));
    const left = Math.min(...across);
    const top = Math.max(...upward);
    const scale = side / Math.max(Math.max(...across) - left, top - Math.min(...upward));
    this.#camera = {
      kind: 'parallel',
      eye: [0, 0, 0],
      ...axes,
      scale,
      centreX: -left * scale,
      centreY: top * scale,
    };
    this.#slack = Math.max(0.12, 0.8 / scale);
    this.#map.clear(side, side);
    this.#map.draw(this.#camera, surfaces);
  }

  /**
   * Whether the sun reaches a point, 0…1. `reach` is how far, in metres, the answer is blurred: warmth spreads and lags
   * behind the shadow's edge, light does not.
   */
  reaches(x: number, y: number, z: number, reach: number): number {
    const { right, up, forward, scale, centreX, centreY } = this.#camera;
    const column = centreX + (x * right[0] + y * right[1] + z * right[2]) * scale;
    const row = centreY - (x * up[0] + y * up[1] + z * up[2]) * scale;
    const depth = x * forward[0] + y * forward[1] + z * forward[2];
    const { nearness, width } = this.#map;
    const spread = reach * scale;
    const salt = (x * 8191) | 0;
    const pepper = (z * 8191) | 0;
    let lit = 0;
    for (let tap = 0; tap < 4; tap += 1) {
      const px = Math.floor(column + (chanceOf(salt, pepper, tap) - 0.5) * spread);
      const py = Math.floor(row + (chanceOf(pepper, salt, tap) - 0.5) * spread);
      if (px < 0 || py < 0 || px >= width || py >= width) lit += 1;
      else if (-depth >= (nearness[py * width + px] ?? 0) - this.#slack) lit += 1;
    }
    return lit / 4;
  }
}

/** Side of the shadow map that goes with pictures of this width. */
export function shadowMapSide(pictureWidth: number): number {
  return Math.min(2048, 512 * Math.ceil(pictureWidth / 160));
}
