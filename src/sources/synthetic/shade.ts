import { depthFrom, type Camera } from './camera.js';
import type { Sunlight } from './light.js';
import type { Colour, SurfacePoint } from './material.js';
import { shareAlong, silhouette, type Silhouette } from './raster.js';
import type { Rod, Surface } from './surface.js';

/** What lies behind all surfaces, by unit direction of sight. */
export interface Sky {
  readonly celsius: (x: number, y: number, z: number) => number;
  readonly colour: (x: number, y: number, z: number, colour: Colour) => void;
}

/** Temperature of the air, which distance mixes in. */
export const AIR_CELSIUS = 15;

const SUN = { r: 1.02, g: 0.94, b: 0.8 };
const SKYLIGHT = { r: 0.3, g: 0.36, b: 0.46 };
const BOUNCE = { r: 0.17, g: 0.16, b: 0.14 };
const HAZE = { r: 0.62, g: 0.72, b: 0.84 };

/** How much air a camera with parallel rays looks through, metres. */
const LENS_DISTANCE = 50;

/** Share of full daylight that is left in a shadow on level ground. */
export const SHADE = SKYLIGHT.g / (SKYLIGHT.g + SUN.g * 0.72);

/** Tells what each sample of a raster looks like, for one camera and one light. */
export class Shader {
  readonly point: SurfacePoint = {
    u: 0,
    v: 0,
    x: 0,
    y: 0,
    z: 0,
    nx: 0,
    ny: 1,
    nz: 0,
    distance: 0,
    footprint: 0,
    seed: 0,
  };
  readonly #camera: Camera;
  readonly #light: Sunlight | undefined;
  readonly #sun: Readonly<{ x: number; y: number; z: number }>;

  /** The rod located last, and how it lies in the picture: neighbouring samples mostly show the same. */
  #rod: Rod | undefined;
  #silhouette: Silhouette | undefined;

  /** Without a shadow map (`light`) everything lies in the sun. */
  constructor(camera: Camera, sun: readonly [number, number, number], light?: Sunlight) {
    this.#camera = camera;
    this.#light = light;
    this.#sun = { x: sun[0], y: sun[1], z: sun[2] };
  }

  /** Finds the point of `surface` at sample (x, y) whose depth the raster holds. */
  locate(surface: Surface, x: number, y: number, nearness: number): void {
    const { point } = this;
    const camera = this.#camera;
    const pinhole = camera.kind === 'perspective';
    const depth = depthFrom(camera, nearness);
    const spread = (pinhole ? depth : 1) / camera.scale;
    const right = (x - camera.centreX) * spread;
    const up = (camera.centreY - y) * spread;
    const { right: r, up: a, forward: f, eye } = camera;
    point.x = eye[0] + r[0] * right + a[0] * up + f[0] * depth;
    point.y = eye[1] + r[1] * right + a[1] * up + f[1] * depth;
    point.z = eye[2] + r[2] * right + a[2] * up + f[2] * depth;
    point.distance = pinhole ? depth : LENS_DISTANCE;
    point.footprint = spread;
    point.seed = surface.seed;
    if (surface.kind === 'polygon') {
      const { origin, across, along, facing } = surface;
      const dx = point.x - origin[0];
      const dy = point.y - origin[1];
      const dz = point.z - origin[2];
      point.u = dx * across[0] + dy * across[1] + dz * across[2];
      point.v = dx * along[0] + dy * along[1] + dz * along[2];
      point.nx = facing[0];
      point.ny = facing[1];
      point.nz = facing[2];
      return;
    }
    if (this.#rod !== surface) {
      this.#rod = surface;
      this.#silhouette = silhouette(camera, surface);
    }
    const shape = this.#silhouette;
    if (shape === undefined) return;
    const share = shareAlong(shape, x, y);
    const radius = shape.radius + shape.radiusGrowth * share;
    const sideX = (x - shape.x - shape.dx * share) / radius;
    const sideY = (shape.y + shape.dy * share - y) / radius;
    const ahead = Math.sqrt(Math.max(0, 1 - sideX * sideX - sideY * sideY));
    point.u = share;
    point.v = Math.abs(shape.dx) > Math.abs(shape.dy) ? sideY : sideX;
    point.nx = r[0] * sideX + a[0] * sideY - f[0] * ahead;
    point.ny = r[1] * sideX + a[1] * sideY - f[1] * ahead;
    point.nz = r[2] * sideX + a[2] * sideY - f[2] * ahead;
  }

  /** Apparent temperature of the located point in °C. */
  celsius(surface: Surface): number {
    const { point } = this;
    const { material } = surface;
    const facing = this.#facingSun();
    const sun = facing > 0 && material.sunLoading !== 0 ? facing * this.#lit(0.35) : 0;
    const own = material.celsius(point) + material.sunLoading * sun;
    return AIR_CELSIUS + (own - AIR_CELSIUS) * Math.exp(-point.distance / 700);
  }

  /** Daylight colour of the located point; answers the share of sun that reaches it. */
  colour(surface: Surface, colour: Colour): number {
    const { point } = this;
    const { material } = surface;
    material.albedo(point, colour);
    const facing = this.#facingSun();
    const lit = facing > 0 ? this.#lit(0.06) : 0;
    const sun = facing * lit;
    const sky = 0.55 + 0.45 * point.ny;
    const bounce = 1 - sky * 0.6;
    const glow = material.glow ?? 0;
    const haze = 1 - Math.exp(-point.distance / 650);
    const mix = (own: number, s: number, k: number, b: number, far: number): number =>
      own * (s * sun + k * sky + b * bounce + glow) * (1 - haze) + far * haze;
    colour.r = mix(colour.r, SUN.r, SKYLIGHT.r, BOUNCE.r, HAZE.r);
    colour.g = mix(colour.g, SUN.g, SKYLIGHT.g, BOUNCE.g, HAZE.g);
    colour.b = mix(colour.b, SUN.b, SKYLIGHT.b, BOUNCE.b, HAZE.b);
    return lit;
  }

  #facingSun(): number {
    const { point } = this;
    return Math.max(0, point.nx * this.#sun.x + point.ny * this.#sun.y + point.nz * this.#sun.z);
  }

  #lit(reach: number): number {
    const { x, y, z, nx, ny, nz } = this.point;
    // A step off the surface keeps it from shading itself.
    return this.#light?.reaches(x + nx * 0.06, y + ny * 0.06, z + nz * 0.06, reach) ?? 1;
  }
}
