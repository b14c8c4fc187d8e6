import type { Rational } from '../core/frame.js';

/** Whole rates that television slows down by 1000/1001. */
const SLOWED = [24, 30, 48, 60, 120];

/**
 * The exact rate that a number with two digits means: 29.97 is 30000/1001, 12.5 is 25/2. Undefined where the number is
 * no rate.
 */
export function exactRate(rate: number): Rational | undefined {
  if (!(rate >= 0.01) || !Number.isFinite(rate)) return undefined;
  for (const whole of SLOWED) {
    if (Math.abs(rate - (whole * 1000) / 1001) < 0.006) return { numerator: whole * 1000, denominator: 1001 };
  }
  const hundredths = Math.round(rate * 100);
  const divisor = commonDivisor(hundredths, 100);
  return { numerator: hundredths / divisor, denominator: 100 / divisor };
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}
