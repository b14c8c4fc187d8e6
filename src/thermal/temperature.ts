import type { Radiometry } from '../core/frame.js';

const ZERO_CELSIUS = 273.15;

/** Temperatures of a picture, in kelvin. */
export interface TemperatureRange {
  readonly lowest: number;
  readonly highest: number;
}

/** Kelvin of a raw count by its linear law. */
export function kelvinOf(counts: number, law: Radiometry): number {
  return counts * law.kelvinPerCount + law.kelvinAtZero;
}

/** Kelvin as degrees Celsius. */
export function celsiusOf(kelvin: number): number {
  return kelvin - ZERO_CELSIUS;
}

/** Coldest and hottest pixel. */
export function temperatureRange(counts: Uint16Array, law: Radiometry): TemperatureRange {
  let lowest = Infinity;
  let highest = -Infinity;
  for (const count of counts) {
    if (count < lowest) lowest = count;
    if (count > highest) highest = count;
  }
  const ends = [kelvinOf(lowest, law), kelvinOf(highest, law)];
  return { lowest: Math.min(...ends), highest: Math.max(...ends) };
}
