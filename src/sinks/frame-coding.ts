import sharp, { type Sharp } from 'sharp';
import { sameSize, type Size } from '../core/frame.js';
import type { FrameFormat, FramePart } from './frames-protocol.js';

/** How a program wants a frame. */
export interface FrameWish {
  readonly format: FrameFormat;
  readonly which: FramePart;
  /** Of one half; left out, the frame's own. nv12 rounds it down to even numbers. */
  readonly size?: Size;
}

/** Both halves of a frame: rgb24 and gray8, tight rows of this size. */
export interface FrameHalves {
  readonly size: Size;
  readonly colour: Uint8Array<ArrayBuffer>;
  readonly thermal: Uint8Array<ArrayBuffer>;
}

/** Pixels as they are sent. */
export interface CodedPixels {
  /** Of the picture as it is sent. */
  readonly size: Size;
  readonly pixels: Uint8Array;
}

interface Plane {
  readonly size: Size;
  readonly channels: 1 | 3;
  readonly pixels: Uint8Array<ArrayBuffer>;
}

const JPEG = { quality: 85, chromaSubsampling: '4:2:0' } as const;

/** A frame in the form that is wanted; resized and coded outside this thread, where either is needed. */
export async function codePixels(halves: FrameHalves, { format, which, size }: FrameWish): Promise<CodedPixels> {
  const wanted = format === 'nv12' ? evenSize(size ?? halves.size) : (size ?? halves.size);
  const parts = which === 'both' ? (['thermal', 'colour'] as const) : [which];
  const planes = await Promise.all(parts.map((part) => planeOf(halves, part, wanted)));
  const grey = which === 'thermal' && format !== 'rgb24' && format !== 'nv12';
  const [first, second] = grey ? planes : await Promise.all(planes.map(inColour));
  if (first === undefined) throw new Error('nothing is wanted of the frame');
  const picture = second === undefined ? first : joined(first, second);
  switch (format) {
    case 'rgb24':
      return picture;
    case 'gray':
      return picture.channels === 1 ? picture : { size: picture.size, pixels: lumaOf(picture.pixels) };
    case 'nv12':
      return { size: picture.size, pixels: nv12Of(picture) };
    case 'jpeg': {
      const coded = sharpOf(picture).jpeg(JPEG);
      return { size: picture.size, pixels: await (grey ? coded.toColourspace('b-w') : coded).toBuffer() };
    }
  }
}

/** One half at this size; a copy in any case. */
async function planeOf(halves: FrameHalves, part: 'colour' | 'thermal', size: Size): Promise<Plane> {
  const channels = part === 'thermal' ? 1 : 3;
  const plane: Plane = { size: halves.size, channels, pixels: halves[part].slice() };
  if (sameSize(size, halves.size)) return plane;
  const resized = sharpOf(plane).resize(size.width, size.height, { fit: 'fill' });
  return { size, channels, pixels: await rawOf(channels === 1 ? resized.toColourspace('b-w') : resized) };
}

/** Three equal channels where there was one. */
async function inColour(plane: Plane): Promise<Plane> {
  if (plane.channels === 3) return plane;
  return { size: plane.size, channels: 3, pixels: await rawOf(sharpOf(plane).toColourspace('srgb')) };
}

function sharpOf({ pixels, size: { width, height }, channels }: Plane): Sharp {
  return sharp(pixels, { raw: { width, height, channels } });
}

async function rawOf(picture: Sharp): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await picture.raw().toBuffer());
}

/** Left and right, of one height and kind. */
function joined(left: Plane, right: Plane): Plane {
  const { height } = left.size;
  const rows = [left, right].map(({ size, channels }) => size.width * channels);
  const [leftRow = 0, rightRow = 0] = rows;
  const pixels = new Uint8Array((leftRow + rightRow) * height);
  for (let y = 0; y < height; y += 1) {
    const at = y * (leftRow + rightRow);
    pixels.set(left.pixels.subarray(y * leftRow, (y + 1) * leftRow), at);
    pixels.set(right.pixels.subarray(y * rightRow, (y + 1) * rightRow), at + leftRow);
  }
  return { size: { width: left.size.width + right.size.width, height }, channels: left.channels, pixels };
}

/** Luma of rgb24 by ITU-R BT.601, full range. */
function lumaOf(rgb: Uint8Array): Uint8Array<ArrayBuffer> {
  const luma = new Uint8Array(rgb.length / 3);
  for (let at = 0, from = 0; at < luma.length; at += 1, from += 3) {
    luma[at] = (77 * (rgb[from] ?? 0) + 150 * (rgb[from + 1] ?? 0) + 29 * (rgb[from + 2] ?? 0) + 128) >> 8;
  }
  return luma;
}

/**
 * NV12 of rgb24 with even sides: luma, then Cb and Cr in turn at half the size, by ITU-R BT.601 in limited range. Here
 * and not in ffmpeg, whose pipe would cost more than this millisecond of a 640×512 frame; only who asks pays.
 */
function nv12Of({ pixels: rgb, size: { width, height } }: Plane): Uint8Array<ArrayBuffer> {
  const chromaAt = width * height;
  const nv12 = new Uint8Array(chromaAt * 1.5);
  for (let at = 0, from = 0; at < chromaAt; at += 1, from += 3) {
    nv12[at] = ((66 * (rgb[from] ?? 0) + 129 * (rgb[from + 1] ?? 0) + 25 * (rgb[from + 2] ?? 0) + 128) >> 8) + 16;
  }
  let to = chromaAt;
  for (let y = 0; y < height; y += 2) {
    for (let x = 0; x < width; x += 2) {
      const upper = (y * width + x) * 3;
      const lower = upper + width * 3;
      const [r, g, b] = [
        sumOfFour(rgb, upper, lower),
        sumOfFour(rgb, upper + 1, lower + 1),
        sumOfFour(rgb, upper + 2, lower + 2),
      ];
      nv12[to] = ((-38 * r - 74 * g + 112 * b + 512) >> 10) + 128;
      nv12[to + 1] = ((112 * r - 94 * g - 18 * b + 512) >> 10) + 128;
      to += 2;
    }
  }
  return nv12;
}

function sumOfFour(rgb: Uint8Array, upper: number, lower: number): number {
  return (rgb[upper] ?? 0) + (rgb[upper + 3] ?? 0) + (rgb[lower] ?? 0) + (rgb[lower + 3] ?? 0);
}

function evenSize({ width, height }: Size): Size {
  return { width: Math.max(2, width - (width % 2)), height: Math.max(2, height - (height % 2)) };
}
