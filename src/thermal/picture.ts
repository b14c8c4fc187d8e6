import type { Frame, Size } from '../core/frame.js';

/** A one-channel picture: 8-bit grey or 16-bit counts, tight rows. */
export interface Picture {
  readonly values: Uint8Array | Uint16Array;
  readonly size: Size;
}

/** The counts of a gray16le frame as numbers; shares the frame's memory where alignment allows. */
export function countsOf(pixels: Uint8Array<ArrayBuffer>): Uint16Array<ArrayBuffer> {
  const aligned = pixels.byteOffset % 2 === 0 ? pixels : pixels.slice();
  return new Uint16Array(aligned.buffer, aligned.byteOffset, aligned.byteLength >> 1);
}

/** A gray8 or gray16le frame as a picture, without copying. */
export function pictureOf(frame: Pick<Frame, 'pixels' | 'format' | 'size'>): Picture {
  return { values: frame.format === 'gray16le' ? countsOf(frame.pixels) : frame.pixels, size: frame.size };
}

/** How many values a picture's kind can tell apart: 256 or 65536. */
export function levelsOf(picture: Picture): number {
  return picture.values instanceof Uint16Array ? 65536 : 256;
}
