import type { Size } from '../../core/frame.js';
import { depthOf, magnified, NEAR, project, type Camera } from './camera.js';
import { displayed, type View } from './layers.js';
import type { Colour } from './material.js';
import { boundsOf, Raster, type Bounds } from './raster.js';
import type { Actor, Instant } from './scene.js';
import { SHADE, Shader } from './shade.js';
import { shadowOn, type Surface } from './surface.js';

/** Actors and their shadows reach no farther than this from where they stand, metres. */
const REACH = 4;

/** Surfaces drawn with several samples a pixel each way, in their part of the picture. */
interface Drawn {
  readonly bounds: Bounds;
  readonly samples: number;
  readonly camera: Camera;
}

/** Puts moving things into the still picture, hidden where something still is nearer. Memory is reused. */
export class Composer {
  /** The last picture, laid out as `Layers.picture`. */
  readonly picture: Float32Array;
  readonly #size: Size;
  readonly #view: View;
  readonly #raster = new Raster();
  readonly #colour: Colour = { r: 0, g: 0, b: 0 };

  constructor(size: Size, view: View) {
    this.#size = size;
    this.#view = view;
    this.picture = new Float32Array(size.width * size.height * (view === 'daylight' ? 3 : 1));
  }

  /** Paints one instant into `picture`. */
  compose(instant: Instant): void {
    const { camera, still } = instant;
    this.picture.set(still.picture);
    const actors = instant.actors
      .filter((actor) => this.#mayShow(camera, actor))
      .map((actor) => ({ actor, surfaces: actor.surfaces(), depth: depthOf(camera, actor.at) }))
      .sort((a, b) => b.depth - a.depth);
    if (this.#view === 'daylight') {
      for (const { actor, surfaces } of actors) this.#castShadow(instant, actor, surfaces);
    }
    for (const { surfaces } of actors) {
      const drawn = this.#draw(camera, surfaces);
      if (drawn === undefined) continue;
      if (this.#view === 'daylight') this.#paintDaylight(instant, surfaces, drawn);
      else this.#paintThermal(instant, surfaces, drawn);
    }
  }

  #mayShow(camera: Camera, { at }: Actor): boolean {
    const depth = depthOf(camera, at);
    if (camera.kind === 'perspective' && depth < REACH) return depth > -REACH;
    const { x, y } = project(camera, at);
    const margin = (REACH * camera.scale) / (camera.kind === 'perspective' ? depth : 1);
    return x > -margin && y > -margin && x < this.#size.width + margin && y < this.#size.height + margin;
  }

  #draw(camera: Camera, surfaces: readonly Surface[]): Drawn | undefined {
    const { width, height } = this.#size;
    const bounds = boundsOf(camera, surfaces, width, height);
    if (bounds === undefined) return undefined;
    const columns = bounds.right - bounds.left;
    const rows = bounds.bottom - bounds.top;
    const samples = columns * rows < 2500 ? 3 : columns * rows < 60_000 ? 2 : 1;
    const close = magnified(camera, samples, bounds.left, bounds.top);
    this.#raster.clear(columns * samples, rows * samples);
    this.#raster.draw(close, surfaces);
    return { bounds, samples, camera: close };
  }

  /** Calls `visit` for each pixel of the drawn part with the place of its first sample in the raster. */
  #eachPixel({ bounds, samples }: Drawn, visit: (pixel: number, x: number, y: number) => void): void {
    for (let row = bounds.top; row < bounds.bottom; row += 1) {
      const y = (row - bounds.top) * samples;
      for (let column = bounds.left; column < bounds.right; column += 1) {
        visit(row * this.#size.width + column, (column - bounds.left) * samples, y);
      }
    }
  }

  #paintThermal({ still, sun }: Instant, surfaces: readonly Surface[], drawn: Drawn): void {
    const { samples } = drawn;
    const shader = new Shader(drawn.camera, sun);
    const { nearness, seen, width } = this.#raster;
    this.#eachPixel(drawn, (pixel, left, top) => {
      const behind = still.nearness[pixel] ?? 0;
      let covered = 0;
      let sum = 0;
      for (let y = top; y < top + samples; y += 1) {
        for (let x = left; x < left + samples; x += 1) {
          const near = nearness[y * width + x] ?? 0;
          if (near < behind) continue;
          const surface = surfaces[seen[y * width + x] ?? -1];
          if (surface === undefined) continue;
          covered += 1;
          shader.locate(surface, x + 0.5, y + 0.5, near);
          sum += shader.celsius(surface);
        }
      }
      if (covered > 0) this.#mix(pixel, sum / covered, covered / (samples * samples));
    });
  }

  #paintDaylight({ still, sun }: Instant, surfaces: readonly Surface[], drawn: Drawn): void {
    const { samples } = drawn;
    const shader = new Shader(drawn.camera, sun);
    const { nearness, seen, width } = this.#raster;
    const colour = this.#colour;
    this.#eachPixel(drawn, (pixel, left, top) => {
      const behind = still.nearness[pixel] ?? 0;
      let covered = 0;
      let r = 0;
      let g = 0;
      let b = 0;
      for (let y = top; y < top + samples; y += 1) {
        for (let x = left; x < left + samples; x += 1) {
          const near = nearness[y * width + x] ?? 0;
          if (near < behind) continue;
          const surface = surfaces[seen[y * width + x] ?? -1];
          if (surface === undefined) continue;
          covered += 1;
          shader.locate(surface, x + 0.5, y + 0.5, near);
          shader.colour(surface, colour);
          r += colour.r;
          g += colour.g;
          b += colour.b;
        }
      }
      if (covered === 0) return;
      const share = covered / (samples * samples);
      this.#mix(pixel * 3, displayed(r / covered), share);
      this.#mix(pixel * 3 + 1, displayed(g / covered), share);
      this.#mix(pixel * 3 + 2, displayed(b / covered), share);
    });
  }

  #mix(index: number, value: number, share: number): void {
    const under = this.picture[index] ?? 0;
    this.picture[index] = under + (value - under) * share;
  }

  /** Darkens the sunlit ground in an actor's shadow. */
  #castShadow({ still, camera, sun }: Instant, actor: Actor, surfaces: readonly Surface[]): void {
    if (camera.kind === 'perspective' && depthOf(camera, actor.at) < NEAR + 3) return;
    const ground = actor.at[1] + 0.03;
    const shadow = surfaces.map((surface) => shadowOn(surface, ground, sun));
    const drawn = this.#draw(camera, shadow);
    if (drawn === undefined) return;
    const { samples } = drawn;
    const { nearness, seen, width } = this.#raster;
    this.#eachPixel(drawn, (pixel, left, top) => {
      const behind = still.nearness[pixel] ?? 0;
      let covered = 0;
      for (let y = top; y < top + samples; y += 1) {
        for (let x = left; x < left + samples; x += 1) {
          if ((seen[y * width + x] ?? -1) >= 0 && (nearness[y * width + x] ?? 0) >= behind) covered += 1;
        }
      }
      const dark = (covered / (samples * samples)) * (still.sunlit[pixel] ?? 0);
      for (let channel = pixel * 3; channel < pixel * 3 + 3; channel += 1) {
        const lit = this.picture[channel] ?? 0;
        this.picture[channel] = lit * (1 - dark * (1 - SHADE_ON_DISPLAY));
      }
    });
  }
}

const SHADE_ON_DISPLAY = SHADE ** (1 / 2.2);
