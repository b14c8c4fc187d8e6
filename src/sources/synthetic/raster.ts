import { depthOf, NEAR, nearnessOf, planeNearness, project, type Camera } from './camera.js';
import type { Polygon, Rod, Surface } from './surface.js';
import { between, type Vector } from './vector.js';

/** Rectangle of pixels; right and bottom are outside. */
export interface Bounds {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Which surface is seen at each sample, and how near it is: a depth buffer that is filled surface by surface. */
export class Raster {
  width = 0;
  height = 0;
  nearness = new Float32Array(0);
  /** Index into the list of surfaces, −1 where none is. */
  seen = new Int32Array(0);

  /** Empties it, in this size; memory only grows. */
  clear(width: number, height: number): void {
    this.width = width;
    this.height = height;
    const samples = width * height;
    if (this.nearness.length < samples) {
      this.nearness = new Float32Array(samples);
      this.seen = new Int32Array(samples);
    }
    this.nearness.fill(-Infinity, 0, samples);
    this.seen.fill(-1, 0, samples);
  }

  /** Adds surfaces as `camera` sees them; sample (0, 0) is the camera's pixel (0, 0). */
  draw(camera: Camera, surfaces: readonly Surface[]): void {
    surfaces.forEach((surface, index) => {
      if (surface.kind === 'polygon') this.#drawPolygon(camera, surface, index);
      else this.#drawRod(camera, surface, index);
    });
  }

  #drawPolygon(camera: Camera, polygon: Polygon, index: number): void {
    const points = outline(camera, polygon);
    const plane = planeNearness(camera, polygon.normal, polygon.origin);
    if (points.length < 3 || plane === undefined) return;
    let top = Infinity;
    let bottom = -Infinity;
    for (const { y } of points) {
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
    const hole = polygon.material.hole === undefined ? undefined : texturePlane(camera, polygon);
    const last = Math.min(this.height - 1, Math.ceil(bottom - 0.5) - 1);
    for (let row = Math.max(0, Math.ceil(top - 0.5)); row <= last; row += 1) {
      const y = row + 0.5;
      let from = Infinity;
      let to = -Infinity;
      for (let i = 0, j = points.length - 1; i < points.length; j = i, i += 1) {
        const p = points[i];
        const q = points[j];
        if (p === undefined || q === undefined || p.y > y === q.y > y) continue;
        const x = p.x + ((y - p.y) / (q.y - p.y)) * (q.x - p.x);
        if (x < from) from = x;
        if (x > to) to = x;
      }
      const first = Math.max(0, Math.ceil(from - 0.5));
      const end = Math.min(this.width, Math.ceil(to - 0.5));
      let near = plane.a * (first + 0.5) + plane.b * y + plane.c;
      let at = row * this.width + first;
      for (let column = first; column < end; column += 1, at += 1, near += plane.a) {
        if (near <= (this.nearness[at] ?? 0) || hole?.(column + 0.5, y, near) === true) continue;
        this.nearness[at] = near;
        this.seen[at] = index;
      }
    }
  }

  #drawRod(camera: Camera, rod: Rod, index: number): void {
    const shape = silhouette(camera, rod);
    const bounds = shape && clipped(boundsOfRod(shape), this.width, this.height);
    if (shape === undefined || bounds === undefined) return;
    for (let row = bounds.top; row < bounds.bottom; row += 1) {
      for (let column = bounds.left; column < bounds.right; column += 1) {
        const share = shareAlong(shape, column + 0.5, row + 0.5);
        const radius = shape.radius + shape.radiusGrowth * share;
        const aside = column + 0.5 - shape.x - shape.dx * share;
        const below = row + 0.5 - shape.y - shape.dy * share;
        const across = (aside * aside + below * below) / (radius * radius);
        if (across > 1) continue;
        const bulge = (rod.radiusFrom + (rod.radiusTo - rod.radiusFrom) * share) * Math.sqrt(1 - across);
        const near = nearnessOf(camera, shape.depth + shape.depthGrowth * share - bulge);
        const at = row * this.width + column;
        if (near <= (this.nearness[at] ?? 0)) continue;
        this.nearness[at] = near;
        this.seen[at] = index;
      }
    }
  }
}

/** A rod in the picture: from (x, y), by (dx, dy), with radius in pixels and depth in metres growing along it. */
export interface Silhouette {
  readonly x: number;
  readonly y: number;
  readonly dx: number;
  readonly dy: number;
  readonly radius: number;
  readonly radiusGrowth: number;
  readonly depth: number;
  readonly depthGrowth: number;
}

/** The rod in the picture; none if it reaches behind a pinhole camera. */
export function silhouette(camera: Camera, rod: Rod): Silhouette | undefined {
  const from = project(camera, rod.from);
  const to = project(camera, rod.to);
  const pinhole = camera.kind === 'perspective';
  if (pinhole && Math.min(from.depth, to.depth) < NEAR) return undefined;
  const radius = (rod.radiusFrom * camera.scale) / (pinhole ? from.depth : 1);
  const radiusTo = (rod.radiusTo * camera.scale) / (pinhole ? to.depth : 1);
  return {
    x: from.x,
    y: from.y,
    dx: to.x - from.x,
    dy: to.y - from.y,
    radius,
    radiusGrowth: radiusTo - radius,
    depth: from.depth,
    depthGrowth: to.depth - from.depth,
  };
}

/** How far along the rod (0…1) the point nearest to pixel (x, y) lies. */
export function shareAlong(shape: Silhouette, x: number, y: number): number {
  const length = shape.dx * shape.dx + shape.dy * shape.dy;
  if (length < 1e-9) return 0;
  return Math.min(1, Math.max(0, ((x - shape.x) * shape.dx + (y - shape.y) * shape.dy) / length));
}

function boundsOfRod(shape: Silhouette): Bounds {
  const endX = shape.x + shape.dx;
  const endY = shape.y + shape.dy;
  const end = shape.radius + shape.radiusGrowth;
  return {
    left: Math.min(shape.x - shape.radius, endX - end),
    top: Math.min(shape.y - shape.radius, endY - end),
    right: Math.max(shape.x + shape.radius, endX + end),
    bottom: Math.max(shape.y + shape.radius, endY + end),
  };
}

function clipped(bounds: Bounds, width: number, height: number): Bounds | undefined {
  const whole = {
    left: Math.max(0, Math.floor(bounds.left)),
    top: Math.max(0, Math.floor(bounds.top)),
    right: Math.min(width, Math.ceil(bounds.right)),
    bottom: Math.min(height, Math.ceil(bounds.bottom)),
  };
  return whole.left < whole.right && whole.top < whole.bottom ? whole : undefined;
}

/** The polygon's corners in the picture, cut at the near plane of a pinhole camera. */
function outline(camera: Camera, { corners }: Polygon): { readonly x: number; readonly y: number }[] {
  if (camera.kind === 'parallel') return corners.map((corner) => project(camera, corner));
  const kept: Vector[] = [];
  corners.forEach((corner, index) => {
    const before = corners[(index + corners.length - 1) % corners.length] ?? corner;
    const depth = depthOf(camera, corner);
    const depthBefore = depthOf(camera, before);
    if (depth >= NEAR !== depthBefore >= NEAR) {
      kept.push(between(before, corner, (NEAR - depthBefore) / (depth - depthBefore)));
    }
    if (depth >= NEAR) kept.push(corner);
  });
  return kept.map((corner) => project(camera, corner));
}

/** Tests the holes of a polygon's material at a sample. */
function texturePlane(camera: Camera, polygon: Polygon): (x: number, y: number, nearness: number) => boolean {
  const { across, along, origin, seed, material } = polygon;
  const axis = (direction: Vector): [number, number, number, number] => {
    const [x, y, z] = direction;
    const component = (v: Vector): number => v[0] * x + v[1] * y + v[2] * z;
    const { eye } = camera;
    const start = component([eye[0] - origin[0], eye[1] - origin[1], eye[2] - origin[2]]);
    return [
      start,
      component(camera.right) / camera.scale,
      -component(camera.up) / camera.scale,
      component(camera.forward),
    ];
  };
  const [u0, ux, uy, uz] = axis(across);
  const [v0, vx, vy, vz] = axis(along);
  const pinhole = camera.kind === 'perspective';
  return (x, y, nearness) => {
    const right = x - camera.centreX;
    const down = y - camera.centreY;
    const depth = pinhole ? 1 / nearness : -nearness;
    const spread = pinhole ? depth : 1;
    const u = u0 + (ux * right + uy * down) * spread + uz * depth;
    const v = v0 + (vx * right + vy * down) * spread + vz * depth;
    return material.hole?.(u, v, seed) === true;
  };
}

/** Pixels that the surfaces touch, within a picture; none if they are out of it. */
export function boundsOf(
  camera: Camera,
  surfaces: readonly Surface[],
  width: number,
  height: number,
): Bounds | undefined {
  const all = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  const include = (left: number, top: number, right: number, bottom: number): void => {
    all.left = Math.min(all.left, left);
    all.top = Math.min(all.top, top);
    all.right = Math.max(all.right, right);
    all.bottom = Math.max(all.bottom, bottom);
  };
  for (const surface of surfaces) {
    if (surface.kind === 'polygon') for (const { x, y } of outline(camera, surface)) include(x, y, x, y);
    else {
      const shape = silhouette(camera, surface);
      const bounds = shape && boundsOfRod(shape);
      if (bounds) include(bounds.left, bounds.top, bounds.right, bounds.bottom);
    }
  }
  return clipped(all, width, height);
}
