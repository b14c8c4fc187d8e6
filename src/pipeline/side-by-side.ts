import { map, type OperatorFunction } from 'rxjs';
import type { BufferPool } from '../core/buffer-pool.js';
import { byteLengthOf, type ColourFrame } from '../core/frame.js';

/** The thermal picture to the left, its colour picture to the right, as one frame of twice the width. */
export function sideBySide(pool: BufferPool): OperatorFunction<ColourFrame, ColourFrame> {
  return map(besideItsColours(pool));
}

/** The same for one frame, which it takes over. */
export function besideItsColours(pool: BufferPool): (frame: ColourFrame) => ColourFrame {
  return (frame) => {
    const { width, height } = frame.size;
    const size = { width: 2 * width, height };
    const pixels = pool.take(byteLengthOf('rgb24', size));
    for (let y = 0; y < height; y++) {
      let to = y * width * 6;
      for (const grey of frame.thermal.subarray(y * width, (y + 1) * width)) {
        pixels[to++] = grey;
        pixels[to++] = grey;
        pixels[to++] = grey;
      }
      pixels.set(frame.pixels.subarray(y * width * 3, (y + 1) * width * 3), to);
    }
    return {
      ...frame,
      pixels,
      size,
      release: () => {
        pool.give(pixels);
        frame.release();
      },
    };
  };
}
