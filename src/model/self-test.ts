import { createHash } from 'node:crypto';
import type { Size } from '../core/frame.js';

/**
 * The self-test's made-up pictures, the same in every language: two ramps with a little noise on top. The noise comes
 * from the linear congruential generator of Numerical Recipes (x ← 1664525·x + 1013904223 mod 2³²), its top four bits,
 * drawn once for each byte: first the frame's, row by row, then the photo's.
 */
export interface SelfTestInput {
  /** gray8, `width`×`height`: ⌊160·x/width⌋ + ⌊64·y/height⌋ + noise. */
  readonly frame: Uint8Array<ArrayBuffer>;
  /** rgb24 of the reference's size: ⌊200·x/width⌋, ⌊200·y/height⌋ and 128, each + noise. */
  readonly photo: Uint8Array<ArrayBuffer>;
  /** SHA-256 of the frame's bytes followed by the photo's, hex. */
  readonly sha256: string;
}

/** Makes the pictures of a seed. */
export function selfTestInput(seed: number, frameSize: Size, photoSize: Size): SelfTestInput {
  let state = seed >>> 0;
  const noise = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 28;
  };
  const frame = new Uint8Array(frameSize.width * frameSize.height);
  for (let y = 0, at = 0; y < frameSize.height; y += 1) {
    for (let x = 0; x < frameSize.width; x += 1, at += 1) {
      frame[at] = Math.floor((160 * x) / frameSize.width) + Math.floor((64 * y) / frameSize.height) + noise();
    }
  }
  const photo = new Uint8Array(photoSize.width * photoSize.height * 3);
  for (let y = 0, at = 0; y < photoSize.height; y += 1) {
    for (let x = 0; x < photoSize.width; x += 1, at += 3) {
      photo[at] = Math.floor((200 * x) / photoSize.width) + noise();
      photo[at + 1] = Math.floor((200 * y) / photoSize.height) + noise();
      photo[at + 2] = 128 + noise();
    }
  }
  return { frame, photo, sha256: createHash('sha256').update(frame).update(photo).digest('hex') };
}

/** Means of an rgb24 picture over a grid of blocks (edges at ⌊i·side/count⌋), row by row, red, green, blue in turn. */
export function blockMeans(rgb: Uint8Array, size: Size, columns: number, rows: number): number[] {
  const means: number[] = [];
  for (let row = 0; row < rows; row += 1) {
    const top = Math.floor((row * size.height) / rows);
    const bottom = Math.floor(((row + 1) * size.height) / rows);
    for (let column = 0; column < columns; column += 1) {
      const left = Math.floor((column * size.width) / columns);
      const right = Math.floor(((column + 1) * size.width) / columns);
      for (let channel = 0; channel < 3; channel += 1) {
        let sum = 0;
        for (let y = top; y < bottom; y += 1) {
          for (let x = left; x < right; x += 1) sum += rgb[(y * size.width + x) * 3 + channel] ?? 0;
        }
        means.push(sum / ((bottom - top) * (right - left)));
      }
    }
  }
  return means;
}

/** The greatest difference between two lists of means, in grey levels. */
export function greatestDifference(means: readonly number[], expected: readonly number[]): number {
  return expected.reduce((greatest, value, index) => Math.max(greatest, Math.abs((means[index] ?? NaN) - value)), 0);
}
