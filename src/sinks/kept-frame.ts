import type { ColourFrame } from '../core/frame.js';

/** What of a picture: one half, or the thermal picture left and its colours right. */
export const VIEWS = ['colour', 'thermal', 'both'] as const;
export type View = (typeof VIEWS)[number];

/** A frame without its pixels. */
export type Moment = Pick<
  ColourFrame,
  'size' | 'sequence' | 'pts' | 'timeBase' | 'arrivedAt' | 'epoch' | 'marks' | 'telemetry'
>;

/** A frame that outlives its memory: the pixels are copies. */
export interface KeptFrame {
  readonly moment: Moment;
  readonly colour: Uint8Array<ArrayBuffer>;
  readonly thermal: Uint8Array<ArrayBuffer>;
}

/** Keeps a frame, in the memory of the one that was kept before where it fits. */
export function keep(frame: ColourFrame, before: KeptFrame | undefined): KeptFrame {
  const { size, sequence, pts, timeBase, arrivedAt, epoch, marks, telemetry } = frame;
  const seen = telemetry === undefined ? {} : { telemetry };
  return {
    moment: { size, sequence, pts, timeBase, arrivedAt, epoch, marks, ...seen },
    colour: copied(frame.pixels, before?.colour),
    thermal: copied(frame.thermal, before?.thermal),
  };
}

/** Pixels a row of what a view shows. */
export function widthOf(view: View, { moment }: KeptFrame): number {
  return view === 'both' ? 2 * moment.size.width : moment.size.width;
}

/** A view as rgb24, tight rows, in `into` where that fits. Thermal pixels become three alike. */
export function rgbOf(view: View, kept: KeptFrame, into?: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const { width, height } = kept.moment.size;
  const bytes = 3 * widthOf(view, kept) * height;
  const rgb = into?.length === bytes ? into : new Uint8Array(bytes);
  if (view === 'colour') rgb.set(kept.colour);
  else if (view === 'thermal') spread(kept.thermal, rgb, 0);
  else {
    for (let y = 0; y < height; y += 1) {
      const from = y * width;
      const to = 6 * from;
      spread(kept.thermal.subarray(from, from + width), rgb, to);
      rgb.set(kept.colour.subarray(3 * from, 3 * (from + width)), to + 3 * width);
    }
  }
  return rgb;
}

function spread(grey: Uint8Array, rgb: Uint8Array, at: number): void {
  let to = at;
  for (const level of grey) {
    rgb[to++] = level;
    rgb[to++] = level;
    rgb[to++] = level;
  }
}

function copied(pixels: Uint8Array<ArrayBuffer>, into: Uint8Array<ArrayBuffer> | undefined): Uint8Array<ArrayBuffer> {
  if (into?.length !== pixels.length) return pixels.slice();
  into.set(pixels);
  return into;
}
