import sharp from 'sharp';
import { DaylitError } from '../core/errors.js';
import type { Radiometry, Size } from '../core/frame.js';
import { jpegSegments } from '../thermal/jpeg-segments.js';
import { linearised } from '../thermal/planck.js';
import { readDji } from '../thermal/radiometric-dji.js';
import { readFlir, type FlirPicture } from '../thermal/radiometric-flir.js';

/** The raw picture inside a thermal camera's JPEG: 16-bit little-endian counts. */
export interface RadiometricPicture {
  readonly data: Uint8Array;
  readonly size: Size;
  readonly radiometry?: Radiometry;
}

/**
 * Finds and decodes the raw picture inside a radiometric JPEG. FLIR counts are made temperature-linear where the file
 * carries the camera's constants.
 *
 * @param shown size of the JPEG's own picture
 * @returns undefined for a JPEG without one
 * @throws DaylitError INPUT_DAMAGED, INPUT_UNSUPPORTED, INPUT_TOO_LARGE
 */
export async function readRadiometric(bytes: Uint8Array, shown: Size): Promise<RadiometricPicture | undefined> {
  const segments = jpegSegments(bytes);
  const flir = readFlir(segments);
  if (flir !== undefined) {
    const counts = await countsOf(flir);
    const linear = flir.planck && linearised(counts, flir.planck);
    if (linear === undefined) return { data: bytesOf(counts), size: flir.size };
    return { data: bytesOf(linear.counts), size: flir.size, radiometry: linear.radiometry };
  }
  const dji = readDji(segments, shown);
  return dji && { ...dji, data: bytesOf(dji.counts) };
}

async function countsOf({ raw, size }: FlirPicture): Promise<Uint16Array<ArrayBuffer>> {
  if (raw.kind === 'counts') return raw.counts;
  const { width, height, depth } = await sharp(raw.png, { limitInputPixels: false }).metadata();
  if (width !== size.width || height !== size.height || depth !== 'ushort') {
    throw new DaylitError('INPUT_UNSUPPORTED', 'the FLIR raw picture is not of the kind its header names');
  }
  const data = await sharp(raw.png).toColourspace('grey16').raw({ depth: 'ushort' }).toBuffer();
  if (data.length !== 2 * width * height)
    throw new DaylitError('INPUT_UNSUPPORTED', 'the FLIR raw picture is not grey');
  // The samples were written low byte first, against the PNG standard: swapped again they are right.
  const counts = new Uint16Array(width * height);
  for (let i = 0; i < counts.length; i += 1) counts[i] = data.readUInt16BE(2 * i);
  return counts;
}

function bytesOf(counts: Uint16Array): Uint8Array {
  return new Uint8Array(counts.buffer, counts.byteOffset, counts.byteLength);
}
