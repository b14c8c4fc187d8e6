import { z } from 'zod';

const WRITTEN = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** A number as it stands in a query. `Number` alone takes nothing and blanks for 0, and `0x1` for 1. */
export function queryNumber(number: z.ZodNumber): z.ZodPreprocess<z.ZodNumber> {
  return z.preprocess((value) => (typeof value === 'string' && WRITTEN.test(value) ? Number(value) : value), number);
}
