/** Mean and deviation (of the whole, not of a sample). */
export interface Moments {
  readonly mean: number;
  readonly deviation: number;
}

/** Moments of every `step`th value from `first` on; a step of 1 takes all. */
export function momentsOf(values: ArrayLike<number>, first = 0, step = 1): Moments {
  const count = Math.ceil((values.length - first) / step);
  let sum = 0;
  for (let i = first; i < values.length; i += step) sum += values[i] ?? 0;
  const mean = sum / count;
  let squares = 0;
  for (let i = first; i < values.length; i += step) squares += ((values[i] ?? 0) - mean) ** 2;
  return { mean, deviation: Math.sqrt(squares / count) };
}
