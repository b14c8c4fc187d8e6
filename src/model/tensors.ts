import type { Size } from '../core/frame.js';

/** The smallest size with sides that are multiples of `multiple` and that holds `size`. */
export function paddedSize(size: Size, multiple: number): Size {
  return {
    width: Math.ceil(size.width / multiple) * multiple,
    height: Math.ceil(size.height / multiple) * multiple,
  };
}

/**
 * Copies a gray8 picture to the top left of a larger one and repeats its last column and row into the rest, so that
 * the network sees no border. Nothing is stretched.
 *
 * @param target `padded.width × padded.height` bytes, overwritten whole.
 */
export function padGray(pixels: Uint8Array, size: Size, target: Uint8Array, padded: Size): void {
  for (let y = 0; y < size.height; y += 1) {
    const row = y * padded.width;
    target.set(pixels.subarray(y * size.width, (y + 1) * size.width), row);
    target.fill(target[row + size.width - 1] ?? 0, row + size.width, row + padded.width);
  }
  const last = (size.height - 1) * padded.width;
  for (let y = size.height; y < padded.height; y += 1) target.copyWithin(y * padded.width, last, last + padded.width);
}

/** Takes the top left `size` of an rgb24 picture of `padded` size. @param target `size.width × size.height × 3` bytes. */
export function cropRgb(pixels: Uint8Array, padded: Size, target: Uint8Array, size: Size): void {
  for (let y = 0; y < size.height; y += 1) {
    const from = y * padded.width * 3;
    target.set(pixels.subarray(from, from + size.width * 3), y * size.width * 3);
  }
}
