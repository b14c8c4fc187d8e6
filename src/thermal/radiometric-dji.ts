import { DaylitError } from '../core/errors.js';
import type { Radiometry, Size } from '../core/frame.js';
import { joined, type JpegSegment } from './jpeg-segments.js';

/** The raw picture inside a DJI thermal JPEG ("R-JPEG"). */
export interface DjiPicture {
  readonly size: Size;
  readonly counts: Uint16Array<ArrayBuffer>;
  /** Apparent temperature; DJI's own corrections for distance, humidity and emissivity are not public. */
  readonly radiometry?: Radiometry;
}

const APP3 = 0xe3;
/** Counts of most DJI cameras are kelvin / 64. */
const LAW: Radiometry = { kelvinPerCount: 1 / 64, kelvinAtZero: 0 };
/** Median temperatures (kelvin) for which that unit is believed; other cameras use others. */
const BELIEVABLE = { from: 223, to: 473 };

/**
 * Reads the 16-bit little-endian counts that lie in the APP3 segments, one after the other (found by users, see the
 * ExifTool forum, topic 11401).
 *
 * @param shown size of the JPEG's own picture, which is that of the raw one or, where the camera enlarges, twice that
 * @returns undefined where the JPEG holds no such data
 * @throws DaylitError INPUT_UNSUPPORTED where there is much data, but of another size
 */
export function readDji(segments: readonly JpegSegment[], shown: Size): DjiPicture | undefined {
  const parts = segments.filter(({ marker }) => marker === APP3).map(({ data }) => data);
  const bytes = joined(parts);
  const size = [shown, { width: shown.width >> 1, height: shown.height >> 1 }].find(
    ({ width, height }) => bytes.length === 2 * width * height,
  );
  if (size === undefined) {
    // A little of it is some other maker's APP3.
    if (bytes.length < shown.width * shown.height) return undefined;
    throw new DaylitError('INPUT_UNSUPPORTED', 'raw data in APP3 that is not of the size of the picture');
  }
  const pixels = size.width * size.height;
  if (pixels === 0) return undefined;
  const view = new DataView(bytes.buffer);
  const counts = Uint16Array.from({ length: pixels }, (_, i) => view.getUint16(2 * i, true));
  const median = (counts.slice().sort()[pixels >> 1] ?? 0) * LAW.kelvinPerCount;
  const believed = median > BELIEVABLE.from && median < BELIEVABLE.to;
  return { size, counts, ...(believed ? { radiometry: LAW } : {}) };
}
