import { DaylitError } from '../core/errors.js';

/** One marker segment of a JPEG file before its picture data: marker number (0xE1 is APP1) and payload. */
export interface JpegSegment {
  readonly marker: number;
  readonly data: Uint8Array;
}

const START_OF_IMAGE = 0xd8;
const START_OF_SCAN = 0xda;
const END_OF_IMAGE = 0xd9;

/** Whether bytes begin as a JPEG file does. */
export function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === START_OF_IMAGE && bytes[2] === 0xff;
}

/**
 * The segments of a JPEG file up to its first scan (ITU-T T.81, B.1.1), sharing the file's memory.
 *
 * @throws DaylitError INPUT_DAMAGED where a segment is cut off
 */
export function jpegSegments(bytes: Uint8Array): JpegSegment[] {
  const segments: JpegSegment[] = [];
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === START_OF_SCAN || marker === END_OF_IMAGE) break;
    const length = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
    const end = at + 2 + length;
    if (length < 2 || end > bytes.length) throw new DaylitError('INPUT_DAMAGED', 'a JPEG segment is cut off');
    segments.push({ marker, data: bytes.subarray(at + 4, end) });
    at = end;
  }
  return segments;
}

/** Payloads joined to one block. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
