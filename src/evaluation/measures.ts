import { apce, thermalEdges, type ThermalEdges } from './apce.js';
import { abError, chroma } from './chroma.js';
import { colourfulness } from './colourfulness.js';
import { contrast } from './contrast.js';
import { toLab, type Lab } from './lab.js';
import { lumaOf } from './luma.js';
import type { ColourPicture, GreyPicture } from './pictures.js';
import { psnr } from './psnr.js';
import { ssim } from './ssim.js';
import { structure } from './structure.js';

/** The measures of one picture, in the order of the tables and under the names that `train/` gives them too. */
export const MEASURES = [
  'psnr',
  'ssim',
  'ab_error',
  'chroma_ratio',
  'contrast',
  'structure',
  'apce',
  'colourfulness',
] as const;

/** The name of a measure. */
export type Measure = (typeof MEASURES)[number];

/** What one output scored. */
export type Measures = Readonly<Record<Measure, number>>;

/** An output, measured. */
export interface Measured {
  /** All that does not depend on its reference. */
  readonly figures: Omit<Measures, 'chroma_ratio'>;
  readonly lab: Lab;
  readonly chroma: number;
}

/** What outputs of one thermal picture are held against. */
export interface Yardstick {
  readonly thermal: GreyPicture;
  readonly real: ColourPicture;
  readonly realLab: Lab;
  readonly edges: ThermalEdges;
}

/** Prepares what every output of a pair is measured with. */
export function yardstickOf(thermal: GreyPicture, real: ColourPicture): Yardstick {
  return { thermal, real, realLab: toLab(real.pixels), edges: thermalEdges(thermal) };
}

/** Measures an output that has the size of its pair. */
export function measure(output: ColourPicture, { thermal, real, realLab, edges }: Yardstick): Measured {
  const lab = toLab(output.pixels);
  const luma = lumaOf(output.pixels);
  return {
    figures: {
      psnr: psnr(output.pixels, real.pixels),
      ssim: ssim(output, real),
      ab_error: abError(lab, realLab),
      contrast: contrast(output.pixels, real.pixels),
      structure: structure(luma, thermal.pixels, thermal.size),
      apce: apce(luma, edges),
      colourfulness: colourfulness(output.pixels),
    },
    lab,
    chroma: chroma(lab),
  };
}
