import { meanLab, type Lab } from './lab.js';

/** How far apart the palettes of two references are, and those of the outputs coloured after them, in Lab units. */
export interface Swap {
  readonly asked: number;
  readonly got: number;
}

/** Distance of mean colours, lightness included, for two references and for the outputs they led to. */
export function swapOf(references: readonly [Lab, Lab], outputs: readonly [Lab, Lab]): Swap {
  return { asked: apart(references), got: apart(outputs) };
}

/** Share of the references' distance that shows in the outputs, over a set of pictures: 0 ignores the reference. */
export function swapShare(swaps: readonly Swap[]): number {
  const total = (pick: (swap: Swap) => number): number => swaps.reduce((sum, swap) => sum + pick(swap), 0);
  return (
    total(({ got }) => got) /
    Math.max(
      1e-6,
      total(({ asked }) => asked),
    )
  );
}

function apart([first, second]: readonly [Lab, Lab]): number {
  const [a, b] = [meanLab(first), meanLab(second)];
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}
