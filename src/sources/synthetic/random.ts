/**
 * Numbers from a seed, the same on every machine: Mulberry32 (Tommy Ettinger, public domain), 32 bits of state.
 */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** Uniform in [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  /** Uniform in [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  /** Uniform among 0 … count − 1. */
  integer(count: number): number {
    return Math.floor(this.next() * count);
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** One of the list, which must not be empty. */
  pick<T>(list: readonly [T, ...T[]]): T {
    return list[this.integer(list.length)] ?? list[0];
  }

  /** Normally distributed, mean 0, deviation 1 (Box–Muller). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
  }
}

/** Mixes up to three integers into 32 well-spread bits; the finaliser is "lowbias32" (Chris Wellons, public domain). */
export function hash(a: number, b = 0, c = 0): number {
  let h = (Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca77) ^ Math.imul(c, 0xc2b2ae3d)) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d);
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b);
  return (h ^ (h >>> 16)) >>> 0;
}

/** The hash as a number in [0, 1). */
export function chanceOf(a: number, b = 0, c = 0): number {
  return hash(a, b, c) / 4294967296;
}
