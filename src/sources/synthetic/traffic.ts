import { car } from './car.js';
import { look, person, type Look } from './person.js';
import type { Random } from './random.js';
import type { Actor } from './scene.js';
import { placed, type Surface } from './surface.js';
import type { Vector } from './vector.js';

/** A way that is gone along for ever: whoever leaves at one end enters at the other. */
export interface Lane {
  /** Ends of the loop in metres along the way. */
  readonly from: number;
  readonly to: number;
  /** Whether it is gone up or down. */
  readonly direction: 1 | -1;
  /** Metres between one traveller and the next, about. */
  readonly gap: number;
  /** Where a point of the way lies in the world, `aside` metres beside the middle, and where the way leads there. */
  readonly at: (along: number, aside: number) => { readonly point: Vector; readonly heading: number };
}

/** A lane along z (heading 0) at x. */
export function straight(x: number, ground: number, ends: Pick<Lane, 'from' | 'to' | 'direction' | 'gap'>): Lane {
  return { ...ends, at: (along, aside) => ({ point: [x + aside, ground, along], heading: 0 }) };
}

/** A lane across the street, along x, at z. */
export function crossing(z: number, ground: number, ends: Pick<Lane, 'from' | 'to' | 'direction' | 'gap'>): Lane {
  return { ...ends, at: (along, aside) => ({ point: [along, ground, z + aside], heading: Math.PI / 2 }) };
}

interface Traveller {
  readonly lane: Lane;
  readonly start: number;
  readonly speed: number;
  readonly aside: number;
}

interface Car extends Traveller {
  readonly surfaces: readonly Surface[];
}

interface Walker extends Traveller {
  readonly look: Look;
}

/** Cars and walking people; where each one is depends on the time alone. */
export class Traffic {
  readonly #cars: readonly Car[];
  readonly #walkers: readonly Walker[];

  constructor(random: Random, driven: readonly Lane[], walked: readonly Lane[]) {
    this.#cars = driven.flatMap((lane) => {
      const speed = random.between(7, 9.5);
      return starts(lane, random).map((start) => ({
        ...{ lane, start, speed, aside: random.between(-0.2, 0.2) },
        surfaces: car(random, false),
      }));
    });
    this.#walkers = walked.flatMap((lane) =>
      starts(lane, random).map((start) => ({
        ...{ lane, start, speed: random.between(1.05, 1.6), aside: random.between(-0.7, 0.7) },
        look: look(random),
      })),
    );
  }

  /** All of them at a time, moved by `shift` metres along z. */
  at(seconds: number, shift: number): Actor[] {
    const cars = this.#cars.map((its): Actor => {
      const { at, heading } = whereabouts(its, seconds, shift);
      return { at, surfaces: () => its.surfaces.map((surface) => placed(surface, at, heading)) };
    });
    const walkers = this.#walkers.map((its): Actor => {
      const { at, heading } = whereabouts(its, seconds, shift);
      const stride = (seconds * its.speed) / 0.72 + its.start;
      return { at, surfaces: () => person(its.look, at, heading, stride) };
    });
    return [...cars, ...walkers];
  }
}

function whereabouts(its: Traveller, seconds: number, shift: number): { at: Vector; heading: number } {
  const { from, to, direction, at } = its.lane;
  const gone = (its.start + its.speed * seconds) % (to - from);
  const { point, heading } = at(direction > 0 ? from + gone : to - gone, its.aside);
  return { at: [point[0], point[1], point[2] + shift], heading: direction > 0 ? heading : heading + Math.PI };
}

/** Starting points along a lane. */
function starts({ from, to, gap }: Lane, random: Random): number[] {
  const count = Math.max(1, Math.round((to - from) / gap));
  const pitch = (to - from) / count;
  return Array.from({ length: count }, (_, index) => (index + random.between(0.1, 0.9)) * pitch);
}
