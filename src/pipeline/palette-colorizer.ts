import type { BufferPool } from '../core/buffer-pool.js';
import type { Colorizer } from '../core/contracts.js';
import { byteLengthOf, type ColourFrame, type Frame } from '../core/frame.js';
import { applyPalette, type PaletteName } from '../thermal/palettes.js';

/** Colour by a false-colour table: the mode without a model, and the honest picture when the model cannot keep up. */
export function createPaletteColorizer(palette: PaletteName, pool: BufferPool): Colorizer {
  const paint = (frame: Frame): ColourFrame => {
    const thermal = frame.pixels;
    const pixels = pool.take(byteLengthOf('rgb24', frame.size));
    applyPalette(palette, thermal, pixels);
    return {
      ...frame,
      pixels,
      format: 'rgb24',
      thermal,
      marks: { ...frame.marks, synthesised: 'palette' },
      release: () => {
        pool.give(pixels);
        frame.release();
      },
    };
  };
  return {
    stream: () => ({ colorize: (frame) => Promise.resolve(paint(frame)), close: () => Promise.resolve() }),
    close: () => Promise.resolve(),
  };
}
