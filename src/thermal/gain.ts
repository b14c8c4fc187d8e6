import type { Moment } from './damping.js';
import type { Picture } from './picture.js';

/** Gain control of one stream: `measure` each frame once, then `render` it. */
export interface GainControl {
  /** Takes a frame into account. */
  measure(picture: Picture, moment: Moment): void;
  /** Whether grey levels of the measured frame stay as they are (8 bit only), so that rendering can be left out. */
  readonly unchanged: boolean;
  /** What is being done, in a word: the kind, or for `auto` what it decided. */
  readonly doing: string;
  /** Writes the measured frame's grey levels to `out`, which may be the picture's own memory if that is 8 bit. */
  render(picture: Picture, inverted: boolean, out: Uint8Array): void;
}
