import { DaylitError } from '../core/errors.js';
import type { Size } from '../core/frame.js';
import type { Notify } from '../core/notices.js';
import { detectPalette, hasColour, type DetectedPalette } from './palette-detection.js';
import { applyInverse, applyLuma, inverseOf, inverseOfPalette, type InverseTable } from './palette-inversion.js';
import type { PaletteName } from './palettes.js';

/** What a user says about false colours in the input: a palette, none (colours mean nothing), or find it out. */
export type InputPalette = 'auto' | 'none' | PaletteName;

/** Maps one stream's colour pictures back to a scalar; a palette once found is kept as long as it fits. */
export class PaletteReader {
  readonly #choice: InputPalette;
  readonly #notify: Notify;
  #found: DetectedPalette | undefined;
  #inverse: InverseTable | 'luma' | undefined;

  constructor(choice: InputPalette, notify: Notify) {
    this.#choice = choice;
    this.#notify = notify;
    if (choice === 'none') this.#inverse = 'luma';
    else if (choice !== 'auto') this.#inverse = inverseOfPalette(choice);
  }

  /**
   * Writes one byte a pixel, cold 0 to hot 255 (or brightness, where there are no colours).
   *
   * @param look whether to look for the palette again, because the picture may be of another kind than the last
   * @returns whether a palette was mapped back, so that high levels are hot
   * @throws DaylitError PALETTE_UNKNOWN for a daylight photo or colours whose order cannot be told
   */
  read(rgb: Uint8Array, size: Size, look: boolean, out: Uint8Array): boolean {
    if (this.#inverse === undefined || (look && this.#choice === 'auto')) this.#inverse = this.#find(rgb, size);
    const inverse = this.#inverse;
    if (inverse === 'luma') applyLuma(rgb, out);
    else applyInverse(inverse, rgb, out);
    return inverse !== 'luma';
  }

  #find(rgb: Uint8Array, size: Size): InverseTable | 'luma' {
    if (!hasColour(rgb, size)) return 'luma';
    const found = detectPalette(rgb, size, this.#found);
    if (found === undefined) {
      throw new DaylitError('PALETTE_UNKNOWN', 'the colours follow no palette; is this a daylight photo?');
    }
    if (found.name !== this.#found?.name) {
      const how = found.name === 'estimated' ? 'their order read from the picture itself' : found.name;
      this.#notify({
        kind: 'palette',
        message: `Input is in false colours (${how}); mapped back to a scalar.`,
        data: { palette: found.name, fit: Math.round(found.fit * 1000) / 1000 },
      });
    }
    this.#found = found;
    return inverseOf(found.table);
  }
}
