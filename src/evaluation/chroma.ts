import type { Lab } from './lab.js';

/** Mean distance of a picture's colours from grey, in Lab units. */
export function chroma(lab: Lab): number {
  let sum = 0;
  for (let i = 0; i < lab.length; i += 3) sum += Math.hypot(lab[i + 1] ?? 0, lab[i + 2] ?? 0);
  return sum / (lab.length / 3);
}

/** Chroma of an output over that of the picture whose colours it was to take, which counts as at least 1. */
export function chromaRatio(outputChroma: number, wantedChroma: number): number {
  return outputChroma / Math.max(1, wantedChroma);
}

/** Mean distance of two pictures of one size in the ab plane: wrong colours, whatever their lightness. */
export function abError(output: Lab, real: Lab): number {
  let sum = 0;
  for (let i = 0; i < output.length; i += 3) {
    sum += Math.hypot((output[i + 1] ?? 0) - (real[i + 1] ?? 0), (output[i + 2] ?? 0) - (real[i + 2] ?? 0));
  }
  return sum / (output.length / 3);
}
