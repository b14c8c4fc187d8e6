import { cannyEdges, ridgesOf } from './canny.js';
import type { GreyPicture } from './pictures.js';

/** Thresholds as shares of the largest gradient of a clean step. */
const LEVELS = Array.from({ length: 15 }, (_, i) => 0.01 + (0.98 * i) / 14);
const LARGEST = 1020;
/** The lower threshold over the upper one. */
const LOWER = 0.4;

/** The edges of a thermal picture at each threshold at which it has any. */
export interface ThermalEdges {
  readonly thermal: GreyPicture;
  readonly levels: readonly { readonly high: number; readonly wanted: readonly number[] }[];
}

/** Finds the edges that an output is to keep. */
export function thermalEdges(thermal: GreyPicture): ThermalEdges {
  const ridges = ridgesOf(thermal.pixels, thermal.size);
  const levels = LEVELS.map((level) => {
    const high = LARGEST * level;
    const wanted: number[] = [];
    cannyEdges(ridges, LOWER * high, high).forEach((edge, i) => {
      if (edge === 1) wanted.push(i);
    });
    return { high, wanted };
  });
  return { thermal, levels: levels.filter(({ wanted }) => wanted.length > 0) };
}

/**
 * Edges kept (APCE): at Canny thresholds from .01 to .99 of the largest gradient, the share of thermal edge pixels that
 * have an edge of the output's luma on them or beside them; mean over the thresholds at which the thermal picture has
 * edges, 0 where it has none at all.
 */
export function apce(luma: Uint8Array, { thermal, levels }: ThermalEdges): number {
  const { size } = thermal;
  const ridges = ridgesOf(luma, size);
  const shares = levels.map(({ high, wanted }) => {
    const found = cannyEdges(ridges, LOWER * high, high);
    return wanted.filter((i) => hasNear(found, i, size)).length / wanted.length;
  });
  return shares.length === 0 ? 0 : shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

function hasNear(edges: Uint8Array, i: number, { width, height }: GreyPicture['size']): boolean {
  const [x, y] = [i % width, Math.floor(i / width)];
  for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny += 1) {
    for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx += 1) {
      if (edges[ny * width + nx] === 1) return true;
    }
  }
  return false;
}
