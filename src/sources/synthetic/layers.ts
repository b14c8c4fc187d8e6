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

/** Samples that are held at a time. */
const BAND_SAMPLES = 1 << 20;
/** Stands for the sky in depth: farther than any surface, for a pinhole (1/depth) and for parallel rays (−depth). */
const FARTHEST = -1e6;

/** Paints one view of the still world with several samples a pixel, band by band so that memory stays small. */
export function paintLayers(world: StillWorld, camera: Camera, size: Size, view: View): Layers {
  const layers = emptyLayers(size, view);
  const samples = size.width < 240 ? 4 : size.width <= 700 ? 3 : 2;
  const thermal = view === 'thermal';
  const direction: [number, number, number] = [0, 0, 1];
  const raster = new Raster();
  const colour: Colour = { r: 0, g: 0, b: 0 };
  const share = 1 / (samples * samples);
  const band = Math.max(1, Math.floor(BAND_SAMPLES / (size.width * samples * samples)));
  for (let top = 0; top < size.height; top += band) {
    const rows = Math.min(band, size.height - top);
    const close = magnified(camera, samples, 0, top);
    const shader = new Shader(close, world.light.sun, world.light);
    raster.clear(size.width * samples, rows * samples);
    raster.draw(close, world.surfaces);
    for (let row = 0; row < rows; row += 1) {
      for (let column = 0; column < size.width; column += 1) {
        const pixel = (top + row) * size.width + column;
        let nearness = 0;
        let first = 0;
        let second = 0;
        let third = 0;
        let sunlit = 0;
        for (let y = row * samples; y < (row + 1) * samples; y += 1) {
          for (let x = column * samples; x < (column + 1) * samples; x += 1) {
            const at = y * raster.width + x;
            const surface = world.surfaces[raster.seen[at] ?? -1];
            const near = Math.max(raster.nearness[at] ?? 0, FARTHEST);
            nearness += near;
            if (surface === undefined) lookUp(close, x + 0.5, y + 0.5, direction);
            else shader.locate(surface, x + 0.5, y + 0.5, near);
            if (thermal) {
              first +=
                surface === undefined
                  ? world.sky.celsius(direction[0], direction[1], direction[2])
                  : shader.celsius(surface);
              continue;
            }
            if (surface === undefined) world.sky.colour(direction[0], direction[1], direction[2], colour);
            else sunlit += shader.colour(surface, colour);
            first += colour.r;
            second += colour.g;
            third += colour.b;
          }
        }
        layers.nearness[pixel] = nearness * share;
        if (thermal) layers.picture[pixel] = first * share;
        else {
          layers.picture[pixel * 3] = displayed(first * share);
          layers.picture[pixel * 3 + 1] = displayed(second * share);
          layers.picture[pixel * 3 + 2] = displayed(third * share);
          layers.sunlit[pixel] = sunlit * share;
        }
      }
    }
  }
  return layers;
}

/** Sets `direction` to the unit direction of sight at pixel (x, y). */
function lookUp(camera: Camera, x: number, y: number, direction: [number, number, number]): void {
  const right = (x - camera.centreX) / camera.scale;
  const up = (camera.centreY - y) / camera.scale;
  const { right: r, up: a, forward: f } = camera;
  const length = Math.sqrt(right * right + up * up + 1);
  direction[0] = (r[0] * right + a[0] * up + f[0]) / length;
  direction[1] = (r[1] * right + a[1] * up + f[1]) / length;
  direction[2] = (r[2] * right + a[2] * up + f[2]) / length;
}
