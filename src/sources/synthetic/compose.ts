import type { Size } from '../../core/frame.js';
import { depthOf, magnified, NEAR, type Camera } from './camera.js';
import { displayed, type View } from './layers.js';
import type { Colour } from './material.js';
import { boundsOf, Raster, type Bounds } from './raster.js';
import type { Actor, Instant } from './scene.js';
import { SHADE, Shader } from './shade.js';
import { shadowOn, type Surface } from './surface.js';

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
    this.picture.set(instant.still.picture);
    const depth = (actor: Actor): number => depthOf(instant.camera, actor.at);
    const actors = instant.actors
      .filter((actor) => instant.camera.kind === 'parallel' || depth(actor) > -3)
      .sort((a, b) => depth(b) - depth(a));
    if (this.#view === 'daylight') for (const actor of actors) this.#castShadow(instant, actor);
    for (const actor of actors) this.#paint(instant, actor.surfaces);
  }

  /** Draws surfaces with several samples a pixel; answers where, and how many samples each way. */
  #draw(camera: Camera, surfaces: readonly Surface[]): { bounds: Bounds; samples: number; close: Camera } | undefined {
    const { width, height } = this.#size;
    const bounds = boundsOf(camera, surfaces, width, height);
    if (bounds === undefined) return undefined;
    const columns = bounds.right - bounds.left;
    const rows = bounds.bottom - bounds.top;
    const samples = columns * rows < 2500 ? 3 : columns * rows < 60_000 ? 2 : 1;
    const close = magnified(camera, samples, bounds.left, bounds.top);
    this.#raster.clear(columns * samples, rows * samples);
    this.#raster.draw(close, surfaces);
    return { bounds, samples, close };
  }

  #paint(instant: Instant, surfaces: readonly Surface[]): void {
    const drawn = this.#draw(instant.camera, surfaces);
    if (drawn === undefined) return;
    const { bounds, samples, close } = drawn;
    const shader = new Shader(close, instant.sun);
    const { nearness, seen, width } = this.#raster;
    const daylight = this.#view === 'daylight';
    const colour = this.#colour;
    for (let row = bounds.top; row < bounds.bottom; row += 1) {
      for (let column = bounds.left; column < bounds.right; column += 1) {
        const pixel = row * this.#size.width + column;
        const behind = instant.still.nearness[pixel] ?? 0;
        let covered = 0;
        let first = 0;
        let second = 0;
        let third = 0;
        for (let sample = 0; sample < samples * samples; sample += 1) {
          const x = (column - bounds.left) * samples + (sample % samples);
          const y = (row - bounds.top) * samples + Math.floor(sample / samples);
          const near = nearness[y * width + x] ?? 0;
          const surface = surfaces[seen[y * width + x] ?? -1];
          if (surface === undefined || near < behind) continue;
          covered += 1;
          shader.locate(surface, x + 0.5, y + 0.5, near);
          if (daylight) {
            shader.colour(surface, colour);
            first += displayed(colour.r);
            second += displayed(colour.g);
            third += displayed(colour.b);
          } else first += shader.celsius(surface);
        }
        if (covered === 0) continue;
        const share = 1 / (samples * samples);
        if (daylight) {
          this.#mix(pixel * 3, first * share, covered * share);
          this.#mix(pixel * 3 + 1, second * share, covered * share);
          this.#mix(pixel * 3 + 2, third * share, covered * share);
        } else this.#mix(pixel, first * share, covered * share);
      }
    }
  }

  #mix(index: number, value: number, covered: number): void {
    this.picture[index] = (this.picture[index] ?? 0) * (1 - covered) + value;
  }

  /** Darkens the sunlit ground in an actor's shadow. */
  #castShadow(instant: Instant, actor: Actor): void {
    const { still, camera, sun } = instant;
    if (camera.kind === 'perspective' && depthOf(camera, actor.at) < NEAR + 3) return;
    const ground = actor.at[1] + 0.03;
    const drawn = this.#draw(
      camera,
      actor.surfaces.map((surface) => shadowOn(surface, ground, sun)),
    );
    if (drawn === undefined) return;
    const { bounds, samples } = drawn;
    const { nearness, seen, width } = this.#raster;
    for (let row = bounds.top; row < bounds.bottom; row += 1) {
      for (let column = bounds.left; column < bounds.right; column += 1) {
        const pixel = row * this.#size.width + column;
        const behind = still.nearness[pixel] ?? 0;
        let covered = 0;
        for (let sample = 0; sample < samples * samples; sample += 1) {
          const x = (column - bounds.left) * samples + (sample % samples);
          const y = (row - bounds.top) * samples + Math.floor(sample / samples);
          if ((seen[y * width + x] ?? -1) >= 0 && (nearness[y * width + x] ?? 0) >= behind) covered += 1;
        }
        const dark = (covered / (samples * samples)) * (still.sunlit[pixel] ?? 0);
        const factor = 1 - dark * (1 - SHADE ** (1 / 2.2));
        for (let channel = pixel * 3; channel < pixel * 3 + 3; channel += 1) {
          this.picture[channel] = (this.picture[channel] ?? 0) * factor;
        }
      }
    }
  }
}
