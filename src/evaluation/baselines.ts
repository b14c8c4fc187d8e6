import { applyPalette } from '../thermal/palettes.js';
import { fromLab, meanLab, toLab } from './lab.js';
import { momentsOf } from './moments.js';
import type { ColourPicture, GreyPicture } from './pictures.js';

/** A way to show a thermal picture that needs no network; every table has them. */
export type Baseline =
  | { readonly name: string; readonly paint: (thermal: GreyPicture) => ColourPicture }
  | { readonly name: string; readonly paintAfter: (thermal: GreyPicture, reference: ColourPicture) => ColourPicture };

/** White-hot grey. */
export function rawThermal({ pixels, size }: GreyPicture): ColourPicture {
  return painted('white-hot', pixels, size);
}

/** The usual false colours. */
export function ironbow({ pixels, size }: GreyPicture): ColourPicture {
  return painted('ironbow', pixels, size);
}

/**
 * Colour transfer of Reinhard et al. (2001) in CIE Lab, on a picture without colours of its own: lightness takes the
 * reference's mean and deviation, a and b its means.
 */
export function reinhard({ pixels, size }: GreyPicture, reference: ColourPicture): ColourPicture {
  const lab = toLab(reference.pixels);
  const [, a, b] = meanLab(lab);
  const [from, to] = [momentsOf(pixels), momentsOf(lab, 0, 3)];
  const out = new Float32Array(pixels.length * 3);
  for (let i = 0, o = 0; i < pixels.length; i += 1, o += 3) {
    out[o] = (((pixels[i] ?? 0) - from.mean) / (from.deviation + 1e-3)) * to.deviation + to.mean;
    out[o + 1] = a;
    out[o + 2] = b;
  }
  return { pixels: fromLab(out), size };
}

/** Histogram matching: each channel of the grey picture takes the histogram of the reference's channel. */
export function histogramMatch({ pixels, size }: GreyPicture, reference: ColourPicture): ColourPicture {
  const ranks = shares(histogramOf(pixels, 0, 1), pixels.length);
  const tables = [0, 1, 2].map((channel) => {
    const histogram = histogramOf(reference.pixels, channel, 3);
    return ranks.map((rank) => quantile(histogram, reference.pixels.length / 3, rank));
  });
  const out = new Uint8Array(pixels.length * 3);
  for (let i = 0; i < out.length; i += 1) out[i] = tables[i % 3]?.[pixels[Math.floor(i / 3)] ?? 0] ?? 0;
  return { pixels: out, size };
}

/** In the order of the table. */
export const BASELINES: readonly Baseline[] = [
  { name: 'raw thermal', paint: rawThermal },
  { name: 'ironbow', paint: ironbow },
  { name: 'Reinhard', paintAfter: reinhard },
  { name: 'histogram match', paintAfter: histogramMatch },
];

function painted(palette: 'white-hot' | 'ironbow', grey: Uint8Array, size: GreyPicture['size']): ColourPicture {
  const pixels = new Uint8Array(grey.length * 3);
  applyPalette(palette, grey, pixels);
  return { pixels, size };
}

function histogramOf(pixels: Uint8Array, first: number, step: number): number[] {
  const counts = Array.from({ length: 256 }, () => 0);
  for (let i = first; i < pixels.length; i += step) counts[pixels[i] ?? 0] = (counts[pixels[i] ?? 0] ?? 0) + 1;
  return counts;
}

/** For each level, the share of pixels at or below it. */
function shares(histogram: readonly number[], count: number): number[] {
  let below = 0;
  return histogram.map((pixels) => (below += pixels) / count);
}

/** The value that this share of the pixels stays below; between two neighbours in order, in proportion. */
function quantile(histogram: readonly number[], count: number, share: number): number {
  const place = share * (count - 1);
  const lower = valueAt(histogram, Math.floor(place));
  const upper = valueAt(histogram, Math.ceil(place));
  return lower + (upper - lower) * (place - Math.floor(place));
}

/** The value at a place (from 0) of the sorted pixels. */
function valueAt(histogram: readonly number[], place: number): number {
  let below = 0;
  const value = histogram.findIndex((pixels) => (below += pixels) > place);
  return value < 0 ? 255 : value;
}
