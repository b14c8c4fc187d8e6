import { z } from 'zod';

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };
const BYTES: Readonly<Record<string, number>> = {
  ...{ B: 1, kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 },
  ...{ KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 },
};

/** A length of time as people write it: `90s`, `15m`, `12h`, `7d`. */
export const duration = z
  .string()
  .regex(/^(?!0+(?:\.0+)?[smhd])\d{1,6}(?:\.\d{1,3})?[smhd]$/, 'must look like 90s, 15m, 12h or 7d');

/** An amount of data as people write it: `500MB`, `50GB`, `1.5TiB`. */
export const amount = z
  .string()
  .regex(/^(?!0+(?:\.0+)?[kKMGTB])\d{1,12}(?:\.\d{1,3})?(?:[kMGT]|[KMGT]i)?B$/, 'must look like 500MB, 50GB or 1.5TiB');

/** Seconds in what {@link duration} takes. */
export function secondsIn(text: string): number {
  return quantity(text, SECONDS);
}

/** Bytes in what {@link amount} takes, rounded. */
export function bytesIn(text: string): number {
  return Math.round(quantity(text, BYTES));
}

function quantity(text: string, units: Readonly<Record<string, number>>): number {
  const [, number = '', unit = ''] = /^([\d.]+)(\D+)$/.exec(text) ?? [];
  return Number(number) * (units[unit] ?? NaN);
}
