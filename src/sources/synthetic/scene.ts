import type { Size } from '../../core/frame.js';
import type { Camera } from './camera.js';
import type { Layers, View } from './layers.js';
import type { Surface } from './surface.js';
import type { Vector } from './vector.js';

/** Something that moves, as it stands at one instant. */
export interface Actor {
  /** Where it stands; its shadow falls on the level through this point. */
  readonly at: Vector;
  /** Its shape at this instant. */
  readonly surfaces: () => readonly Surface[];
}

/** One instant of a scene: the still picture, and what moves in front of it. */
export interface Instant {
  /** Valid until the next instant is asked for; not to be written to. */
  readonly still: Layers;
  readonly camera: Camera;
  readonly actors: readonly Actor[];
  readonly sun: Vector;
}

/** A made-up place with people and traffic. Content depends on seed and time alone, never on the picture's size. */
export interface Scene {
  /** The scene at a time in seconds, seen from the `place`th camera position. */
  at(seconds: number, place: number): Instant;
}

export type OpenScene = (seed: number, size: Size, view: View) => Scene;
