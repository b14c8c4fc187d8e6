import { cross, dot, minus, unit, type Vector } from './vector.js';

/**
 * How the world becomes a picture. `perspective`: a pinhole at `eye`, `scale` is its focal length in pixels.
 * `parallel`: a picture plane through `eye`, `scale` is pixels a metre (a long lens far away; also the sun's view).
 */
export interface Camera {
  readonly kind: 'perspective' | 'parallel';
  readonly eye: Vector;
  readonly right: Vector;
  readonly up: Vector;
  readonly forward: Vector;
  readonly scale: number;
  /** Pixel, from the top left corner, that looks straight along `forward`. */
  readonly centreX: number;
  readonly centreY: number;
}

/** Surfaces nearer to a pinhole than this many metres are cut away. */
export const NEAR = 0.3;

/** Axes of a camera that looks along `forward`, upright. */
export function axesAlong(forward: Vector): Pick<Camera, 'right' | 'up' | 'forward'> {
  const ahead = unit(forward);
  const right = unit(cross([0, 1, 0], ahead));
  return { right, up: cross(ahead, right), forward: ahead };
}

/** The same view with `factor` samples a pixel each way, of the part that begins at pixel (left, top). */
export function magnified(camera: Camera, factor: number, left: number, top: number): Camera {
  return {
    ...camera,
    scale: camera.scale * factor,
    centreX: (camera.centreX - left) * factor,
    centreY: (camera.centreY - top) * factor,
  };
}

/** Metres from the camera (pinhole or picture plane) along `forward`. */
export function depthOf(camera: Camera, point: Vector): number {
  return dot(minus(point, camera.eye), camera.forward);
}

/** Where a point lies in the picture. For a pinhole, its depth must be above 0. */
export function project(camera: Camera, point: Vector): { x: number; y: number; depth: number } {
  const from = minus(point, camera.eye);
  const depth = dot(from, camera.forward);
  const scale = camera.kind === 'perspective' ? camera.scale / depth : camera.scale;
  return {
    x: camera.centreX + dot(from, camera.right) * scale,
    y: camera.centreY - dot(from, camera.up) * scale,
    depth,
  };
}

/** What depth buffers hold, larger is nearer: 1/depth for a pinhole, −depth for parallel rays. Both are affine in the picture on a plane. */
export function nearnessOf(camera: Camera, depth: number): number {
  return camera.kind === 'perspective' ? 1 / depth : -depth;
}

/** Depth in metres from what a depth buffer holds. */
export function depthFrom(camera: Camera, nearness: number): number {
  return camera.kind === 'perspective' ? 1 / nearness : -nearness;
}

/** Nearness of the plane through `on` with this normal, at pixel (x, y): `a·x + b·y + c`; none if it is seen edge on. */
export function planeNearness(
  camera: Camera,
  normal: Vector,
  on: Vector,
): { readonly a: number; readonly b: number; readonly c: number } | undefined {
  const across = dot(normal, camera.right) / camera.scale;
  const upward = dot(normal, camera.up) / camera.scale;
  const ahead = dot(normal, camera.forward);
  const offset = dot(normal, minus(on, camera.eye));
  const [divisor, constant] = camera.kind === 'perspective' ? [offset, ahead] : [ahead, -offset];
  if (Math.abs(divisor) < 1e-9) return undefined;
  return {
    a: across / divisor,
    b: -upward / divisor,
    c: (constant - camera.centreX * across + camera.centreY * upward) / divisor,
  };
}
