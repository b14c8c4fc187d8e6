import type { Size } from '../core/frame.js';

/** About this many pixels are looked at, on an even grid. */
const SAMPLES = 8192;
/** Spread between the channels from which a pixel counts as coloured; noise and chroma rounding stay below it. */
const COLOURED_SPREAD = 24;
/** Coloured share from which a picture is one in colours; a few coloured signs on a grey picture stay below it. */
const COLOURED_SHARE = 0.04;

/**
 * Whether a picture has colours at all, or is grey stored as RGB. Looks at a few thousand pixels only.
 *
 * @param rgb tight rgb24 pixels of `size`
 */
export function hasColour(rgb: Uint8Array, size: Size): boolean {
  const pixels = size.width * size.height;
  const step = strideFor(pixels, size.width);
  let seen = 0;
  let coloured = 0;
  for (let i = 0; i < pixels; i += step) {
    const r = rgb[i * 3] ?? 0;
    const g = rgb[i * 3 + 1] ?? 0;
    const b = rgb[i * 3 + 2] ?? 0;
    seen += 1;
    if (Math.max(r, g, b) - Math.min(r, g, b) >= COLOURED_SPREAD) coloured += 1;
  }
  return coloured >= seen * COLOURED_SHARE;
}

/** A step through the pixels that does not stay in the same columns from row to row. */
function strideFor(pixels: number, width: number): number {
  const step = Math.max(1, Math.floor(pixels / SAMPLES));
  return step > 1 && width % step === 0 ? step + 1 : step;
}
