import type { Size } from '../core/frame.js';

/** Letters of 5 by 7 dots, a row a number, the leftmost dot the highest of five bits; only those that banners need. */
const GLYPHS: Readonly<Record<string, readonly number[]>> = {
  ' ': [0, 0, 0, 0, 0, 0, 0],
  ':': [0, 4, 4, 0, 4, 4, 0],
  '0': [14, 17, 19, 21, 25, 17, 14],
  '1': [4, 12, 4, 4, 4, 4, 14],
  '2': [14, 17, 1, 2, 4, 8, 31],
  '3': [31, 2, 4, 2, 1, 17, 14],
  '4': [2, 6, 10, 18, 31, 2, 2],
  '5': [31, 16, 30, 1, 1, 17, 14],
  '6': [6, 8, 16, 30, 17, 17, 14],
  '7': [31, 1, 2, 4, 8, 8, 8],
  '8': [14, 17, 17, 14, 17, 17, 14],
  '9': [14, 17, 17, 15, 1, 2, 12],
  A: [14, 17, 17, 31, 17, 17, 17],
  G: [14, 17, 16, 23, 17, 17, 15],
  I: [14, 4, 4, 4, 4, 4, 14],
  L: [16, 16, 16, 16, 16, 16, 31],
  N: [17, 25, 21, 19, 17, 17, 17],
  O: [14, 17, 17, 17, 17, 17, 14],
  S: [15, 16, 16, 14, 1, 1, 30],
};
const WIDTH = 6;
const HEIGHT = 7;
/** Pictures this wide get dots of one more pixel. */
const DOT_EVERY = 160;
const WHITE = 255;
/** What the picture keeps of its light, and the band behind the letters. */
const DIMMED = 0.5;
const BAND = 0.15;

/**
 * A picture dimmed, with a line of text on a band along its top.
 * @param from tight rows of `channels` bytes a pixel; left as it is
 * @param to memory of the same length
 * @param text of `NO SIGNAL` and digits; what does not fit is cut off
 */
export function drawBanner(from: Uint8Array, to: Uint8Array, size: Size, channels: 1 | 3, text: string): void {
  const dot = 1 + Math.floor(size.width / DOT_EVERY);
  const row = size.width * channels;
  const band = Math.min(from.length, (HEIGHT + 4) * dot * row);
  for (let at = 0; at < from.length; at += 1) to[at] = (from[at] ?? 0) * (at < band ? BAND : DIMMED);
  const left = Math.max(dot, Math.floor((size.width - text.length * WIDTH * dot) / 2));
  for (const [place, letter] of Array.from(text).entries()) {
    const lines = GLYPHS[letter] ?? [];
    for (let y = 0; y < HEIGHT * dot; y += 1) {
      for (let x = 0; x < WIDTH * dot; x += 1) {
        const column = left + place * WIDTH * dot + x;
        const lit = ((lines[Math.floor(y / dot)] ?? 0) >> (4 - Math.floor(x / dot))) & 1;
        const at = (y + 2 * dot) * row + column * channels;
        if (lit === 1 && column < size.width && at + channels <= band) to.fill(WHITE, at, at + channels);
      }
    }
  }
}
