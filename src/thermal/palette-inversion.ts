import { paletteTable, type PaletteName, type PaletteTable } from './palettes.js';

/** The cube of colours is cut into this many steps a side: finer than codec noise, coarse enough to stay in the cache. */
const SIDE = 64;
/** For every colour (6 bits a channel: red, green, blue) the level of the nearest palette entry, cold 0 to hot 255. */
export type InverseTable = Uint8Array;

const inverses = new WeakMap<PaletteTable, InverseTable>();

/** The inverse of a palette. Made once for each table (some 0.2 s). */
export function inverseOf(table: PaletteTable): InverseTable {
  let inverse = inverses.get(table);
  if (inverse === undefined) {
    inverse = invert(table);
    inverses.set(table, inverse);
  }
  return inverse;
}

/** The inverse of a known palette. */
export function inverseOfPalette(name: PaletteName): InverseTable {
  return inverseOf(paletteTable(name));
}

/**
 * False colours back to a scalar by table lookup.
 *
 * @param rgb tight rgb24
 * @param out one byte a pixel, cold 0 to hot 255
 */
export function applyInverse(inverse: InverseTable, rgb: Uint8Array, out: Uint8Array): void {
  for (let i = 0, o = 0; o < out.length; i += 3, o += 1) {
    out[o] = inverse[(((rgb[i] ?? 0) >> 2) << 12) | (((rgb[i + 1] ?? 0) >> 2) << 6) | ((rgb[i + 2] ?? 0) >> 2)] ?? 0;
  }
}

/** Brightness of colours that carry no scale (ITU-R BT.601 weights). */
export function applyLuma(rgb: Uint8Array, out: Uint8Array): void {
  for (let i = 0, o = 0; o < out.length; i += 3, o += 1) {
    out[o] = ((rgb[i] ?? 0) * 77 + (rgb[i + 1] ?? 0) * 150 + (rgb[i + 2] ?? 0) * 29 + 128) >> 8;
  }
}

function invert(table: PaletteTable): InverseTable {
  const inverse = new Uint8Array(SIDE ** 3);
  const step = 256 / SIDE;
  let index = 0;
  for (let red = step / 2; red < 256; red += step) {
    for (let green = step / 2; green < 256; green += step) {
      for (let blue = step / 2; blue < 256; blue += step) {
        inverse[index] = nearestLevel(table, red, green, blue);
        index += 1;
      }
    }
  }
  return inverse;
}

function nearestLevel(table: PaletteTable, red: number, green: number, blue: number): number {
  let best = 0;
  let least = Infinity;
  for (let level = 0; level < 256; level += 1) {
    const r = (table[level * 3] ?? 0) - red;
    const g = (table[level * 3 + 1] ?? 0) - green;
    const b = (table[level * 3 + 2] ?? 0) - blue;
    const distance = r * r + g * g + b * b;
    if (distance < least) {
      best = level;
      least = distance;
    }
  }
  return best;
}
