import type { SourceInfo } from '../../src/core/contracts.js';
import type { ColourFrame, Size } from '../../src/core/frame.js';

/** What a colour frame is like where a test cares. */
export type FrameDetails = Partial<
  Pick<ColourFrame, 'pts' | 'timeBase' | 'sequence' | 'size' | 'name' | 'marks' | 'pixels'>
>;

/** A colour frame, grey all over unless its pixels are given; released memory is overwritten, as a pool would. */
export function colourFrame(details: FrameDetails = {}): ColourFrame {
  const { size = { width: 64, height: 48 }, sequence = 0 } = details;
  const pixels = details.pixels ?? new Uint8Array(size.width * size.height * 3).fill(128);
  return {
    format: 'rgb24',
    timeBase: { numerator: 1, denominator: 90_000 },
    pts: sequence * 3600,
    arrivedAt: 0,
    epoch: 0,
    marks: { synthesised: 'model' },
    thermal: new Uint8Array(size.width * size.height),
    ...details,
    size,
    sequence,
    pixels,
    release: () => pixels.fill(0),
  };
}

/** What a sink is told of a source of such frames. */
export function sourceInfo(details: Partial<SourceInfo> = {}): SourceInfo {
  return {
    kind: 'video',
    label: 'somewhere.mp4',
    delivery: 'waitForRoom',
    size: { width: 64, height: 48 },
    format: 'gray8',
    timeBase: { numerator: 1, denominator: 90_000 },
    frameRate: { numerator: 25, denominator: 1 },
    ...details,
  };
}

/** Vertical bars of equal width, one for each colour. */
export function colourBars(
  colours: readonly (readonly [number, number, number])[],
  size: Size,
): Uint8Array<ArrayBuffer> {
  const pixels = new Uint8Array(size.width * size.height * 3);
  for (let y = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++) {
      const colour = colours[Math.floor((x * colours.length) / size.width)] ?? [0, 0, 0];
      pixels.set(colour, (y * size.width + x) * 3);
    }
  }
  return pixels;
}
