import type { ColourFrame, Frame, FrameMarks, Size } from '../../src/core/frame.js';

/** A small grey frame; `released` counts how often its memory was given back. */
export interface TestFrame extends Frame {
  readonly released: () => number;
}

/** A gray8 frame whose pixels all have the value `sequence % 256`. */
export function greyFrame(sequence: number, size: Size = { width: 4, height: 2 }, marks: FrameMarks = {}): TestFrame {
  let count = 0;
  return {
    pixels: new Uint8Array(size.width * size.height).fill(sequence),
    format: 'gray8',
    size,
    pts: sequence,
    timeBase: { numerator: 1, denominator: 25 },
    arrivedAt: 0,
    epoch: 0,
    sequence,
    marks,
    release: () => {
      count += 1;
    },
    released: () => count,
  };
}

/** The frame in colour: red is its grey value, green and blue are nought. */
export function inRed(frame: Frame): ColourFrame {
  const pixels = new Uint8Array(frame.pixels.length * 3);
  frame.pixels.forEach((grey, index) => (pixels[index * 3] = grey));
  return { ...frame, pixels, format: 'rgb24', thermal: frame.pixels };
}
