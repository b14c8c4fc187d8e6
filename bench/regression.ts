/** A straight line through points, by least squares. */
export interface Regression {
  readonly slope: number;
  /** Standard error of the slope; NaN below three points. */
  readonly error: number;
}

/**
 * How fast `ys` rise with `xs` (ordinary least squares), with the standard error that the points' scatter about the
 * line gives. Points that follow one another in time are alike, so the true error is somewhat larger.
 */
export function regression(xs: readonly number[], ys: readonly number[]): Regression {
  const count = xs.length;
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / count;
  const [meanX, meanY] = [mean(xs), mean(ys)];
  const spreadX = xs.reduce((sum, x) => sum + (x - meanX) ** 2, 0);
  const slope = xs.reduce((sum, x, index) => sum + (x - meanX) * ((ys[index] ?? NaN) - meanY), 0) / spreadX;
  const left = xs.reduce((sum, x, index) => sum + ((ys[index] ?? NaN) - meanY - slope * (x - meanX)) ** 2, 0);
  return { slope, error: count < 3 ? NaN : Math.sqrt(left / (count - 2) / spreadX) };
}
