import type { Size } from '../../core/frame.js';
import { magnified, type Camera } from './camera.js';
import type { Sunlight } from './light.js';
import type { Colour } from './material.js';
import { Raster } from './raster.js';
import { Shader, type Sky } from './shade.js';
import type { Surface } from './surface.js';

/** Which picture is painted. */
export type View = 'thermal' | 'daylight';

/** A painted picture with its depth, so that moving things can be put into it. */
export interface Layers {
  readonly size: Size;
  /** What the camera's depth buffer holds, averaged; far below nought in the sky. */
  readonly nearness: Float32Array;
  /** Thermal: apparent temperature in °C. Daylight: sRGB bytes, three a pixel. */
  readonly picture: Float32Array;
  /** Share of the pixel that lies in the sun (daylight only). */
  readonly sunlit: Float32Array;
}

/** The part of the world that does not move. */
export interface StillWorld {
  readonly surfaces: readonly Surface[];
  readonly light: Sunlight;
  readonly sky: Sky;
}

export function emptyLayers(size: Size, view: View): Layers {
  const pixels = size.width * size.height;
  return {
    size,
    nearness: new Float32Array(pixels),
    picture: new Float32Array(pixels * (view === 'daylight' ? 3 : 1)),
    sunlit: new Float32Array(view === 'daylight' ? pixels : 0),
  };
}

/** sRGB byte value (not rounded) of linear light, with a soft shoulder above white. */
export function displayed(linear: number): number {
  const exposed = linear * 0.92;
  const held = exposed < 0.7 ? exposed : 0.7 + 0.3 * Math.tanh((exposed - 0.7) / 0.3);
  return 255 * Math.max(0, held) ** (1 / 2.2);
}

const BAND = 32;
/** Stands for the sky in depth: farther than any surface, for a pinhole (1/depth) and for parallel rays (−depth). */
const FARTHEST = -1e6;

/** Paints one view of the still world with several samples a pixel, band by band so that memory stays small. */
export function paintLayers(world: StillWorld, camera: Camera, size: Size, view: View): Layers {
  const layers = emptyLayers(size, view);
  const samples = size.width < 240 ? 4 : size.width <= 700 ? 3 : 2;
  const raster = new Raster();
  const colour: Colour = { r: 0, g: 0, b: 0 };
  const share = 1 / (samples * samples);
  for (let top = 0; top < size.height; top += BAND) {
    const rows = Math.min(BAND, size.height - top);
    const view2 = magnified(camera, samples, 0, top);
    const shader = new Shader(view2, world.light.sun, world.light);
    raster.clear(size.width * samples, rows * samples);
    raster.draw(view2, world.surfaces);
    for (let row = 0; row < rows * samples; row += 1) {
      const pixelRow = (top + Math.floor(row / samples)) * size.width;
      for (let column = 0; column < raster.width; column += 1) {
        const at = row * raster.width + column;
        const pixel = pixelRow + Math.floor(column / samples);
        const surface = world.surfaces[raster.seen[at] ?? -1];
        const near = Math.max(raster.nearness[at] ?? 0, FARTHEST);
        layers.nearness[pixel] = (layers.nearness[pixel] ?? 0) + near * share;
        let lit = 0;
        if (surface === undefined) {
          const [x, y, z] = directionOf(view2, column + 0.5, row + 0.5);
          if (view === 'thermal') add(layers.picture, pixel, world.sky.celsius(x, y, z) * share);
          else world.sky.colour(x, y, z, colour);
        } else {
          shader.locate(surface, column + 0.5, row + 0.5, near);
          if (view === 'thermal') add(layers.picture, pixel, shader.celsius(surface) * share);
          else lit = shader.colour(surface, colour);
        }
        if (view === 'daylight') {
          add(layers.picture, pixel * 3, displayed(colour.r) * share);
          add(layers.picture, pixel * 3 + 1, displayed(colour.g) * share);
          add(layers.picture, pixel * 3 + 2, displayed(colour.b) * share);
          add(layers.sunlit, pixel, lit * share);
        }
      }
    }
  }
  return layers;
}

function add(target: Float32Array, index: number, value: number): void {
  target[index] = (target[index] ?? 0) + value;
}

function directionOf(camera: Camera, x: number, y: number): [number, number, number] {
  const right = (x - camera.centreX) / camera.scale;
  const up = (camera.centreY - y) / camera.scale;
  const { right: r, up: a, forward: f } = camera;
  const length = Math.hypot(right, up, 1);
  return [
    (r[0] * right + a[0] * up + f[0]) / length,
    (r[1] * right + a[1] * up + f[1]) / length,
    (r[2] * right + a[2] * up + f[2]) / length,
  ];
}
