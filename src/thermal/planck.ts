import type { Radiometry } from '../core/frame.js';

/**
 * Law from raw counts to the temperature of a black body, as FLIR cameras state it: T = B / ln(R1 / (R2 (S + O)) + F).
 * The camera's emissivity and reflected temperature correct what part of the signal comes from the object; losses in
 * air are left out (under 1 % over a few metres).
 */
export interface PlanckLaw {
  readonly r1: number;
  readonly r2: number;
  readonly b: number;
  readonly f: number;
  readonly o: number;
  /** Of the object, above 0 and up to 1. */
  readonly emissivity: number;
  /** Kelvin of what the object mirrors. */
  readonly reflected: number;
}

/** Kelvin of an object that gives this raw count; NaN outside the law's range. */
export function kelvinByPlanck(counts: number, law: PlanckLaw): number {
  const mirrored = law.r1 / (law.r2 * (Math.exp(law.b / law.reflected) - law.f)) - law.o;
  const own = (counts - (1 - law.emissivity) * mirrored) / law.emissivity;
  return law.b / Math.log(law.r1 / (law.r2 * (own + law.o)) + law.f);
}

/** 0.01 K a count covers 0 to 655 K; hotter pictures take 0.1 K, as FLIR's own TLinear mode does. */
const FINE = 0.01;
const COARSE = 0.1;

/**
 * Counts replaced by temperature-linear ones, through a table made for this picture's range, so that a linear law holds
 * for them exactly. Undefined where the law gives no sensible temperature for the picture's ends.
 */
export function linearised(
  counts: Uint16Array,
  law: PlanckLaw,
): { readonly counts: Uint16Array<ArrayBuffer>; readonly radiometry: Radiometry } | undefined {
  let lowest = 65535;
  let highest = 0;
  for (const count of counts) {
    if (count < lowest) lowest = count;
    if (count > highest) highest = count;
  }
  const coldest = kelvinByPlanck(lowest, law);
  const hottest = kelvinByPlanck(highest, law);
  if (!(coldest > 0 && hottest >= coldest && hottest < 65535 * COARSE)) return undefined;
  const kelvinPerCount = hottest < 65535 * FINE ? FINE : COARSE;
  const table = new Uint16Array(highest - lowest + 1);
  for (let i = 0; i < table.length; i += 1) table[i] = Math.round(kelvinByPlanck(lowest + i, law) / kelvinPerCount);
  return {
    counts: Uint16Array.from(counts, (count) => table[count - lowest] ?? 0),
    radiometry: { kelvinPerCount, kelvinAtZero: 0 },
  };
}
