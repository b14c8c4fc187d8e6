/**
 * Shapes as model.json writes them: numbers, and symbols that take their value from the picture at hand.
 * `B` pictures at once, `H`×`W` padded frame, `T` tokens, `R` references; `H/4` is a quarter of `H`.
 */
export type Dimension = number | string;

/** Values of the symbols. */
export type Bindings = Readonly<Partial<Record<'B' | 'H' | 'W' | 'T' | 'R', number>>>;

/** What a symbolic dimension looks like. */
export const SYMBOLIC_DIMENSION = /^([BHWTR])(?:\/([1-9]\d{0,2}))?$/;

/** A shape in numbers. @throws RangeError if a symbol has no value or does not divide evenly. */
export function resolveShape(shape: readonly Dimension[], bindings: Bindings): number[] {
  return shape.map((dimension) => {
    if (typeof dimension === 'number') return dimension;
    const [, symbol, divisor = '1'] = SYMBOLIC_DIMENSION.exec(dimension) ?? [];
    const value = bindings[symbol as keyof Bindings];
    const size = value === undefined ? NaN : value / Number(divisor);
    if (!Number.isSafeInteger(size)) throw new RangeError(`dimension ${dimension} has no whole value`);
    return size;
  });
}

/** Number of elements of a shape. */
export function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Index of the one dimension that grows with tokens or references, or -1. */
export function growingAxis(shape: readonly Dimension[]): number {
  return shape.findIndex((dimension) => dimension === 'T' || dimension === 'R');
}
