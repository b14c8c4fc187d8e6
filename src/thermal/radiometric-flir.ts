import { DaylitError } from '../core/errors.js';
import type { Size } from '../core/frame.js';
import { joined, type JpegSegment } from './jpeg-segments.js';
import type { PlanckLaw } from './planck.js';

/**
 * The raw picture inside a FLIR radiometric JPEG.
 * Layout as documented by ExifTool (https://exiftool.org/TagNames/FLIR.html): APP1 segments that begin with "FLIR",
 * numbered, together make an FFF file; its record directory points to the raw data and to the camera's constants.
 */
export interface FlirPicture {
  readonly size: Size;
  /** `counts`: values as they are; `png`: a 16-bit grey PNG whose samples have their bytes swapped. */
  readonly raw:
    | { readonly kind: 'counts'; readonly counts: Uint16Array<ArrayBuffer> }
    | { readonly kind: 'png'; readonly png: Uint8Array };
  readonly planck?: PlanckLaw;
}

const APP1 = 0xe1;
/** "FLIR", 0, 1, number of the chunk, number of the last chunk. */
const CHUNK_HEADER = 8;
const DIRECTORY_ENTRY = 32;
const RAW_DATA = 0x01;
const CAMERA_INFO = 0x20;
const PIXELS_AT = 32;
const MOST_RECORDS = 1024;
const LONGEST_SIDE = 8192;
const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47];

/**
 * @returns undefined where the JPEG holds no FLIR data
 * @throws DaylitError INPUT_DAMAGED where the data is cut off or contradicts itself, INPUT_UNSUPPORTED for a kind of
 *   raw data that is not read
 */
export function readFlir(segments: readonly JpegSegment[]): FlirPicture | undefined {
  const chunks = segments.filter(
    ({ marker, data }) => marker === APP1 && startsWith(data, [0x46, 0x4c, 0x49, 0x52, 0]),
  );
  if (chunks.length === 0) return undefined;
  const parts = new Map(chunks.map(({ data }) => [data[6] ?? 0, data.subarray(CHUNK_HEADER)]));
  const last = chunks[0]?.data[7] ?? 0;
  const ordered = Array.from({ length: last + 1 }, (_, number) => parts.get(number));
  const present = ordered.filter((part) => part !== undefined);
  if (present.length < ordered.length) throw damaged('chunks are missing');
  return readFff(joined(present));
}

function readFff(bytes: Uint8Array): FlirPicture {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 64 || !(startsWith(bytes, [0x46, 0x46, 0x46, 0]) || startsWith(bytes, [0x41, 0x46, 0x46, 0]))) {
    throw damaged('no FFF header');
  }
  // The version (about 100) tells the byte order of the header and directory.
  const version = view.getUint32(0x14);
  const little = !(version >= 100 && version < 200);
  const directory = view.getUint32(0x18, little);
  const entries = view.getUint32(0x1c, little);
  if (entries > MOST_RECORDS || directory + entries * DIRECTORY_ENTRY > bytes.length) {
    throw damaged('the record directory is cut off');
  }
  const records = new Map<number, DataView>();
  for (let i = 0; i < entries; i += 1) {
    const entry = directory + i * DIRECTORY_ENTRY;
    const type = view.getUint16(entry, little);
    if (type !== RAW_DATA && type !== CAMERA_INFO) continue;
    const offset = view.getUint32(entry + 12, little);
    const length = view.getUint32(entry + 16, little);
    if (offset + length > bytes.length) throw damaged('a record is cut off');
    records.set(type, new DataView(bytes.buffer, bytes.byteOffset + offset, length));
  }
  const raw = records.get(RAW_DATA);
  if (raw === undefined) throw new DaylitError('INPUT_UNSUPPORTED', 'FLIR data without a raw picture');
  const camera = records.get(CAMERA_INFO);
  const planck = camera && readPlanck(camera);
  return { ...readRaw(raw), ...(planck === undefined ? {} : { planck }) };
}

function readRaw(record: DataView): Pick<FlirPicture, 'size' | 'raw'> {
  if (record.byteLength <= PIXELS_AT) throw damaged('the raw picture is cut off');
  const little = isLittle(record);
  const size = { width: record.getUint16(2, little), height: record.getUint16(4, little) };
  const pixels = size.width * size.height;
  if (pixels === 0) throw damaged('the raw picture has no size');
  if (Math.max(size.width, size.height) > LONGEST_SIDE) {
    throw new DaylitError('INPUT_TOO_LARGE', `${size.width}×${size.height}`);
  }
  const data = new Uint8Array(record.buffer, record.byteOffset + PIXELS_AT, record.byteLength - PIXELS_AT);
  if (startsWith(data, PNG_SIGNATURE)) return { size, raw: { kind: 'png', png: data } };
  if (data.length < pixels * 2) {
    throw new DaylitError('INPUT_UNSUPPORTED', 'FLIR raw data that is neither PNG nor plain 16 bit');
  }
  const counts = new Uint16Array(pixels);
  for (let i = 0; i < pixels; i += 1) counts[i] = record.getUint16(PIXELS_AT + 2 * i, little);
  return { size, raw: { kind: 'counts', counts } };
}

/** The constants of the Planck law; undefined where they make no sense. */
function readPlanck(record: DataView): PlanckLaw | undefined {
  if (record.byteLength < 0x310) return undefined;
  const little = isLittle(record);
  const law = {
    emissivity: record.getFloat32(0x20, little),
    reflected: record.getFloat32(0x28, little),
    r1: record.getFloat32(0x58, little),
    b: record.getFloat32(0x5c, little),
    f: record.getFloat32(0x60, little),
    o: record.getInt32(0x308, little),
    r2: record.getFloat32(0x30c, little),
  };
  const sensible =
    Object.values(law).every(Number.isFinite) &&
    law.emissivity > 0 &&
    law.emissivity <= 1 &&
    law.reflected > 0 &&
    law.r1 > 0 &&
    law.r2 > 0 &&
    law.b > 0;
  return sensible ? law : undefined;
}

/** Records begin with the number 2 in their own byte order. */
function isLittle(record: DataView): boolean {
  return record.getUint16(0) !== 2;
}

function startsWith(bytes: Uint8Array, start: readonly number[]): boolean {
  return start.every((byte, i) => bytes[i] === byte);
}

function damaged(detail: string): DaylitError {
  return new DaylitError('INPUT_DAMAGED', `FLIR JPEG: ${detail}`);
}
