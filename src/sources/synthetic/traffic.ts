import { car } from './car.js';
import { look, person, type Look } from './person.js';
import { Random } from './random.js';
import type { Actor } from './scene.js';
import { placed, type Surface } from './surface.js';

/** A straight way that is gone along for ever: whoever leaves at one end enters at the other. */
export interface Lane {
  /** Middle of the lane and height of its ground, metres. */
  readonly x: number;
  readonly ground: number;
  /** Ends of the loop along z. */
  readonly from: number;
  readonly to: number;
  readonly direction: 1 | -1;
}

interface Traveller {
  readonly lane: Lane;
  readonly start: number;
  readonly speed: number;
  readonly aside: number;
}

function position({ lane, start, speed }: Traveller, seconds: number): number {
  const length = lane.to - lane.from;
  const gone = (((start + speed * seconds) % length) + length) % length;
  return lane.direction > 0 ? lane.from + gone : lane.to - gone;
}

/** Cars on lanes and people on paths; where each one is depends on the time alone. */
export class Traffic {
  readonly #cars: readonly (Traveller & { readonly surfaces: readonly Surface[] })[];
  readonly #walkers: readonly (Traveller & { readonly look: Look; readonly crosses: boolean })[];

  /** `crossings`: ways across the street at these z, from x = −`lane.to` on. */
  constructor(
    random: Random,
    lanes: { readonly cars: readonly Lane[]; readonly walkers: readonly Lane[]; readonly crossings: readonly Lane[] },
    gaps: { readonly cars: number; readonly walkers: number },
  ) {
    this.#cars = lanes.cars.flatMap((lane) => {
      const speed = random.between(7, 9.5);
      return spread(lane, gaps.cars, random).map((start) => ({
        ...{ lane, start, speed, aside: random.between(-0.2, 0.2) },
        surfaces: car(random, false),
      }));
    });
    const walkers = (lane: Lane, crosses: boolean): (Traveller & { look: Look; crosses: boolean })[] =>
      spread(lane, gaps.walkers, random).map((start) => ({
        ...{ lane, start, speed: random.between(1.05, 1.6), aside: random.between(-0.7, 0.7) },
        look: look(random),
        crosses,
      }));
    this.#walkers = [
      ...lanes.walkers.flatMap((lane) => walkers(lane, false)),
      ...lanes.crossings.flatMap((lane) => walkers(lane, true)),
    ];
  }

  /** All of them at a time, `along` metres added to z. */
  at(seconds: number, along: number): Actor[] {
    const cars = this.#cars.map((its): Actor => {
      const at = [its.lane.x + its.aside, its.lane.ground, position(its, seconds) + along] as const;
      return { at, surfaces: its.surfaces.map((surface) => placed(surface, at, its.lane.direction < 0)) };
    });
    const walkers = this.#walkers.map((its): Actor => {
      const gone = position(its, seconds);
      const { x, ground, direction } = its.lane;
      const stride = (seconds * its.speed) / 0.72 + its.start;
      const at = its.crosses
        ? ([gone, ground, x + its.aside + along] as const)
        : ([x + its.aside, ground, gone + along] as const);
      const [headingX, headingZ] = its.crosses ? [direction, 0] : [0, direction];
      return { at, surfaces: person(its.look, at, headingX, headingZ, stride) };
    });
    return [...cars, ...walkers];
  }
}

/** Starting points along a lane, about `gap` metres apart. */
function spread(lane: Lane, gap: number, random: Random): number[] {
  const count = Math.max(1, Math.round((lane.to - lane.from) / gap));
  const pitch = (lane.to - lane.from) / count;
  return Array.from({ length: count }, (_, index) => (index + random.between(0.1, 0.9)) * pitch);
}
