/**
 * The value below which a share of the values lies, between neighbours by straight line (Hyndman and Fan's type 7).
 *
 * @param share 0 to 1
 * @returns NaN of no values
 */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? NaN;
  const above = sorted[Math.ceil(place)] ?? NaN;
  return below + (above - below) * (place - Math.floor(place));
}

/** The middle value. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/**
 * Median absolute deviation, unscaled: half of the values lie within this of the median. A single disturbed round moves
 * neither of the two.
 */
export function spread(values: readonly number[]): number {
  const middle = median(values);
  return median(values.map((value) => Math.abs(value - middle)));
}

/**
 * Median of the quotients of values that were measured in the same round, so that whatever slowed a whole round cancels.
 * Of lists that differ in length, the quotient of the medians.
 */
export function ratio(over: readonly number[], under: readonly number[]): number {
  if (over.length !== under.length) return median(over) / median(under);
  return median(over.map((value, round) => value / (under[round] ?? NaN)));
}
