import { spreadOf, type ColourCell } from './colour-cells.js';
import type { PaletteTable } from './palettes.js';

/** The most frequent colours that make up this share of the picture are taken; the rest is edges and codec noise. */
const COVERED = 0.93;
const MOST_CELLS = 420;
/** Pixels this near to the curve lie on it, and this share of them must. */
const NEAR = 20;
const FIT = 0.78;
/** A palette runs at least this far through colour space (black to white is 442)… */
const SHORTEST = 260;
/** …and is this colourful on average along its way, unlike the grey axis that photos cluster around. */
const COLOURFUL = 70;
/** Steps between neighbouring colours on the curve, at most; wider gaps mean separate things, not a scale. */
const WIDEST_GAP = 64;

type Colour = Pick<ColourCell, 'red' | 'green' | 'blue'>;

/**
 * Reads the order of an unknown palette's colours from a picture: false colours lie on one thin curve through colour
 * space, a photo's do not. The curve is the longest path in the minimum spanning tree of the picture's colours.
 *
 * @returns 256 colours from cold to hot, spaced evenly along the curve; undefined where the colours form no such curve
 */
export function estimatePalette(cells: readonly ColourCell[]): PaletteTable | undefined {
  const kept = mostFrequent(cells);
  if (kept.length < 12) return undefined;
  const path = longestPath(spanningTree(kept)).flatMap((index) => kept[index] ?? []);
  const gaps = path.slice(1).map((colour, i) => distance(colour, path[i] ?? colour));
  const table = resampled(path);
  const length = gaps.reduce((sum, gap) => sum + gap, 0);
  if (length < SHORTEST || Math.max(...gaps) > WIDEST_GAP) return undefined;
  const colours = coloursOf(table);
  if (colours.reduce((sum, colour) => sum + spreadOf(colour), 0) / 256 < COLOURFUL) return undefined;
  const fit = cells.filter((cell) => colours.some((colour) => distance(colour, cell) < NEAR));
  if (fit.reduce((sum, cell) => sum + cell.share, 0) < FIT) return undefined;
  return hotLast(colours) ? table : tableOf(colours.reverse());
}

function mostFrequent(cells: readonly ColourCell[]): ColourCell[] {
  const kept: ColourCell[] = [];
  let covered = 0;
  for (const cell of cells) {
    if (covered >= COVERED || kept.length >= MOST_CELLS) break;
    kept.push(cell);
    covered += cell.share;
  }
  return kept;
}

/** Edges of the minimum spanning tree, as neighbours with their distances (Prim's method). */
function spanningTree(colours: readonly Colour[]): Map<number, number>[] {
  const tree = colours.map(() => new Map<number, number>());
  const nearest = colours.map((colour) => ({ to: 0, away: distance(colour, colours[0] ?? colour) }));
  const outside = new Set(colours.keys());
  outside.delete(0);
  while (outside.size > 0) {
    let next = -1;
    let least = Infinity;
    for (const index of outside) {
      const away = nearest[index]?.away ?? Infinity;
      if (away < least) [next, least] = [index, away];
    }
    outside.delete(next);
    const link = nearest[next];
    const joined = colours[next];
    if (link === undefined || joined === undefined) break;
    tree[next]?.set(link.to, link.away);
    tree[link.to]?.set(next, link.away);
    for (const index of outside) {
      const away = distance(joined, colours[index] ?? joined);
      if (away < (nearest[index]?.away ?? 0)) nearest[index] = { to: next, away };
    }
  }
  return tree;
}

/** The two ends of a tree that lie farthest apart, and the way between them. */
function longestPath(tree: readonly Map<number, number>[]): number[] {
  const far = farthestFrom(tree, 0);
  const { end, cameFrom } = farthestFrom(tree, far.end);
  const path = [end];
  for (let at = cameFrom.get(end); at !== undefined; at = cameFrom.get(at)) path.push(at);
  return path;
}

function farthestFrom(
  tree: readonly Map<number, number>[],
  start: number,
): { end: number; cameFrom: Map<number, number> } {
  const cameFrom = new Map<number, number>();
  const waiting: [index: number, away: number][] = [[start, 0]];
  let end = start;
  let longest = 0;
  for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) {
    const [index, away] = item;
    if (away > longest) [end, longest] = [index, away];
    for (const [next, step] of tree[index] ?? []) {
      if (next === start || cameFrom.has(next)) continue;
      cameFrom.set(next, index);
      waiting.push([next, away + step]);
    }
  }
  return { end, cameFrom };
}

/** The path smoothed and cut into 256 even steps. */
function resampled(path: readonly Colour[]): PaletteTable {
  const smooth = path.map((_, i) => meanColour(path.slice(Math.max(0, i - 2), i + 3)));
  const along = [0];
  for (let i = 1; i < smooth.length; i += 1) {
    along.push((along[i - 1] ?? 0) + distance(smooth[i] ?? BLACK, smooth[i - 1] ?? BLACK));
  }
  const total = along.at(-1) ?? 0;
  let segment = 0;
  return tableOf(
    Array.from({ length: 256 }, (_, level) => {
      const at = (total * level) / 255;
      while (segment < smooth.length - 2 && (along[segment + 1] ?? total) < at) segment += 1;
      const [a, b] = [smooth[segment] ?? BLACK, smooth[segment + 1] ?? BLACK];
      const share = (at - (along[segment] ?? 0)) / Math.max(1e-9, (along[segment + 1] ?? 0) - (along[segment] ?? 0));
      return {
        red: a.red + share * (b.red - a.red),
        green: a.green + share * (b.green - a.green),
        blue: a.blue + share * (b.blue - a.blue),
      };
    }),
  );
}

const BLACK: Colour = { red: 0, green: 0, blue: 0 };

/** Whether the scale ends hot: bright and red there, dark and blue at its start, as in every palette in use. */
function hotLast(colours: readonly Colour[]): boolean {
  const warmth = ({ red, green, blue }: Colour): number => 1.2 * red + green - 0.6 * blue;
  return warmth(meanColour(colours.slice(-64))) >= warmth(meanColour(colours.slice(0, 64)));
}

function meanColour(colours: readonly Colour[]): Colour {
  const sum = { red: 0, green: 0, blue: 0 };
  for (const { red, green, blue } of colours) {
    sum.red += red / colours.length;
    sum.green += green / colours.length;
    sum.blue += blue / colours.length;
  }
  return sum;
}

function distance(a: Colour, b: Colour): number {
  return Math.hypot(a.red - b.red, a.green - b.green, a.blue - b.blue);
}

function coloursOf(table: PaletteTable): Colour[] {
  return Array.from({ length: 256 }, (_, level) => ({
    red: table[level * 3] ?? 0,
    green: table[level * 3 + 1] ?? 0,
    blue: table[level * 3 + 2] ?? 0,
  }));
}

function tableOf(colours: readonly Colour[]): PaletteTable {
  return Uint8Array.from(colours.flatMap(({ red, green, blue }) => [red, green, blue].map(Math.round)));
}
