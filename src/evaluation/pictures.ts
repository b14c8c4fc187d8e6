import type { Size } from '../core/frame.js';

/** A colour picture: rgb24, tight rows. */
export interface ColourPicture {
  readonly pixels: Uint8Array;
  readonly size: Size;
}

/** A thermal picture: gray8, white-hot, tight rows. */
export interface GreyPicture {
  readonly pixels: Uint8Array;
  readonly size: Size;
}
