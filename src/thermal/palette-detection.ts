import type { Size } from '../core/frame.js';
import { colourCells, spreadOf, type ColourCell } from './colour-cells.js';
import { estimatePalette } from './palette-estimation.js';
import { PALETTE_NAMES, paletteTable, type PaletteName, type PaletteTable } from './palettes.js';

/** Spread between the channels from which a pixel counts as coloured; noise and chroma rounding stay below it. */
const COLOURED_SPREAD = 24;
/** Coloured share from which a picture is one in colours; a few coloured signs on a grey picture stay below it. */
const COLOURED_SHARE = 0.04;

/**
 * Whether a picture has colours at all, or is grey stored as RGB. Looks at some of the pixels only.
 *
 * @param rgb tight rgb24 pixels of `size`
 */
export function hasColour(rgb: Uint8Array, size: Size): boolean {
  const coloured = colourCells(rgb, size).filter((cell) => spreadOf(cell) >= COLOURED_SPREAD);
  return coloured.reduce((share, cell) => share + cell.share, 0) >= COLOURED_SHARE;
}

/** The false colours that a picture is in. */
export interface DetectedPalette {
  /** A known palette's name, or `estimated` where the order of colours was read from the picture itself. */
  readonly name: PaletteName | 'estimated';
  readonly table: PaletteTable;
  /** Share of the pixels that lie on the palette, codec noise allowed for. */
  readonly fit: number;
}

/** A pixel this near to a palette (Euclid in RGB) lies on it. */
const NEAR = 26;
/** Share of the pixels that must lie on a known palette: photos reach 0.46, cameras' own ironbow 0.84. */
const KNOWN_FIT = 0.75;
/** Share of the palette that must be in use, so that a picture in two or three similar colours is not taken for one. */
const KNOWN_EXTENT = 0.25;

/**
 * Finds the palette of a picture in false colours; undefined for a daylight photo or an unknown palette.
 *
 * @param previous what the picture before was in; kept if it fits, so that the scale stays the same
 */
export function detectPalette(rgb: Uint8Array, size: Size, previous?: DetectedPalette): DetectedPalette | undefined {
  const cells = colourCells(rgb, size);
  if (previous !== undefined) {
    const { fit } = fitOf(cells, previous.table);
    if (fit >= KNOWN_FIT) return { ...previous, fit };
  }
  let best: DetectedPalette | undefined;
  for (const name of PALETTE_NAMES) {
    if (name === 'white-hot' || name === 'black-hot') continue;
    const table = paletteTable(name);
    const { fit, extent } = fitOf(cells, table);
    if (fit >= KNOWN_FIT && extent >= KNOWN_EXTENT && fit > (best?.fit ?? 0)) best = { name, table, fit };
  }
  return best ?? estimated(cells);
}

function estimated(cells: readonly ColourCell[]): DetectedPalette | undefined {
  const table = estimatePalette(cells);
  return table && { name: 'estimated', table, fit: fitOf(cells, table).fit };
}

/** Share of the pixels near a palette, and the part of the palette that they take up (5 to 95 % of them). */
export function fitOf(cells: readonly ColourCell[], table: PaletteTable): { fit: number; extent: number } {
  const used = new Float64Array(256);
  let fit = 0;
  for (const cell of cells) {
    let nearest = NEAR * NEAR;
    let level = -1;
    for (let entry = 0; entry < 256; entry += 1) {
      const r = (table[entry * 3] ?? 0) - cell.red;
      const g = (table[entry * 3 + 1] ?? 0) - cell.green;
      const b = (table[entry * 3 + 2] ?? 0) - cell.blue;
      const distance = r * r + g * g + b * b;
      if (distance < nearest) {
        nearest = distance;
        level = entry;
      }
    }
    if (level < 0) continue;
    fit += cell.share;
    used[level] = (used[level] ?? 0) + cell.share;
  }
  let passed = 0;
  let from = 255;
  let to = 0;
  for (let level = 0; level < 256; level += 1) {
    passed += used[level] ?? 0;
    if (passed > 0.05 * fit) from = Math.min(from, level);
    if (passed <= 0.95 * fit) to = level;
  }
  return { fit, extent: Math.max(0, to - from) / 255 };
}
