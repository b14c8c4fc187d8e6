import type { Pair } from './pairs-folder.js';

/**
 * What a picture is coloured after. `self`: its own daylight picture; `scene`: another picture of the same scene block;
 * `cross`: one of another site; `none`: nothing. In `scene` and `cross` the real picture is not the only right answer:
 * PSNR is a floor there, no goal.
 */
export const PROTOCOLS = ['self', 'scene', 'cross', 'none'] as const;

/** The name of a protocol. */
export type Protocol = (typeof PROTOCOLS)[number];

/** A pair with the pairs whose daylight pictures are lent to it; where none can lend, the protocol is left out. */
export interface ChosenPair {
  readonly pair: Pair;
  readonly lenders: Readonly<Partial<Record<Exclude<Protocol, 'none'>, Pair>>>;
}

/**
 * Chooses the references of every pair, without chance, so that any program picks the same. Pairs, blocks and sites
 * are each in the order of their names, and each order runs in a circle:
 *
 * - `scene`: the next pair of the block;
 * - `cross`: of the next site, the pair with the same place in its site, counted on from its start if that site is
 *   shorter. A folder with a single site lends from the next block in the same way.
 *
 * @param pairs in the order of their names
 */
export function chooseReferences(pairs: readonly Pair[]): readonly ChosenPair[] {
  const bySite = grouped(pairs, ({ site }) => site);
  const byBlock = grouped(pairs, ({ block }) => block);
  const strangers = bySite.size > 1 ? bySite : byBlock;
  return pairs.map((pair) => {
    const block = byBlock.get(pair.block) ?? [];
    const scene = after(block, pair);
    const key = bySite.size > 1 ? pair.site : pair.block;
    const others = strangers.get(after([...strangers.keys()], key)) ?? [];
    const cross = others[(strangers.get(key)?.indexOf(pair) ?? 0) % others.length];
    return {
      pair,
      lenders: {
        self: pair,
        ...(scene === pair ? {} : { scene }),
        ...(strangers.size < 2 || cross === undefined ? {} : { cross }),
      },
    };
  });
}

/** At most so many pairs, evenly over the list, first and last among them. */
export function thinned<T>(list: readonly T[], limit: number): readonly T[] {
  if (limit >= list.length) return list;
  return Array.from({ length: limit }, (_, i) => Math.floor((i * (list.length - 1)) / Math.max(1, limit - 1))).flatMap(
    (at) => list.slice(at, at + 1),
  );
}

/** Groups in the order of their keys by code unit. */
export function grouped<T>(list: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const keys = [...new Set(list.map(keyOf))].sort();
  return new Map(keys.map((key) => [key, list.filter((item) => keyOf(item) === key)]));
}

function after<T>(circle: readonly T[], item: T): T {
  return circle[(circle.indexOf(item) + 1) % circle.length] ?? item;
}
