import { fromLab, meanLab, toLab, type Lab } from './lab.js';
import type { ColourPicture } from './pictures.js';

/** By how much the reference's hue is turned. */
export const TURN_DEGREES = 90;

/** How far the mean chroma was asked to move, and how far it moved in that direction, both squared Lab units. */
export interface HueShift {
  readonly asked: number;
  readonly got: number;
}

/** The picture with every colour turned about the grey axis of Lab; lightness stays, as far as a screen can show it. */
export function turnHue({ pixels, size }: ColourPicture, degrees: number = TURN_DEGREES): ColourPicture {
  const lab = toLab(pixels);
  const angle = (degrees / 180) * Math.PI;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  for (let i = 0; i < lab.length; i += 3) {
    const [a, b] = [lab[i + 1] ?? 0, lab[i + 2] ?? 0];
    lab[i + 1] = a * cos - b * sin;
    lab[i + 2] = a * sin + b * cos;
  }
  return { pixels: fromLab(lab), size };
}

/** What turning the reference did to the output. */
export function hueShift(pictures: {
  readonly reference: Lab;
  readonly turnedReference: Lab;
  readonly output: Lab;
  readonly turnedOutput: Lab;
}): HueShift {
  const [askedA, askedB] = chromaStep(pictures.reference, pictures.turnedReference);
  const [gotA, gotB] = chromaStep(pictures.output, pictures.turnedOutput);
  return { asked: askedA ** 2 + askedB ** 2, got: askedA * gotA + askedB * gotB };
}

/**
 * Share of the reference's turn that shows in the output, over a set of pictures: 1 obeys, 0 ignores the reference.
 * Pictures with strong colours count more, since a grey reference has no hue to turn.
 */
export function hueObedience(shifts: readonly HueShift[]): number {
  const total = (pick: (shift: HueShift) => number): number => shifts.reduce((sum, shift) => sum + pick(shift), 0);
  return (
    total(({ got }) => got) /
    Math.max(
      1e-6,
      total(({ asked }) => asked),
    )
  );
}

function chromaStep(from: Lab, to: Lab): readonly [a: number, b: number] {
  const [before, after] = [meanLab(from), meanLab(to)];
  return [after[1] - before[1], after[2] - before[2]];
}
