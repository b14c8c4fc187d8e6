import type { PixelFormat, Rational } from '../core/frame.js';
import { ByteReader } from './byte-reader.js';
import { FOURCC, FrameFlag, STARTCODE_BYTE } from './nut-format.js';
import type { RawVideo } from './nut-mux.js';

/** What one frame code stands for: the header fields that it makes unnecessary. */
export interface FrameCode {
  readonly flags: number;
  readonly ptsDelta: number;
  readonly streamId: number;
  readonly sizeFactor: number;
  readonly sizeBase: number;
  readonly reserved: number;
  readonly headerIndex: number;
}

export interface MainHeader {
  readonly maxDistance: number;
  readonly timeBases: readonly Rational[];
  readonly codes: readonly FrameCode[];
  /** Beginnings of frames that are left out of the stream; the first is empty. */
  readonly beginnings: readonly Uint8Array[];
}

export interface StreamHeader {
  readonly id: number;
  /** Undefined where the stream carries data. */
  readonly video: RawVideo | undefined;
  readonly timeBase: Rational;
  readonly msbPtsShift: number;
}

/** Pictures with a longer side are not read; damage must not make us ask for gigabytes. */
const LARGEST_SIDE = 8192;
const CODES = 256;
const VIDEO_CLASS = 0;
const DATA_CLASS = 3;
/** Pictures and the data beside them. */
const MOST_STREAMS = 2;
const INVALID: FrameCode = {
  flags: FrameFlag.invalid,
  ptsDelta: 0,
  streamId: 0,
  sizeFactor: 1,
  sizeBase: 0,
  reserved: 0,
  headerIndex: 0,
};

/** Reads a main header of pictures, with or without data beside them; undefined where it is not one. */
export function readMainHeader(content: Uint8Array): MainHeader | undefined {
  const reader = new ByteReader(content);
  const version = reader.varint();
  if (version < 2 || version > 4) return undefined;
  if (version > 3) reader.varint();
  const streams = reader.varint();
  const maxDistance = reader.varint();
  const timeBases = readTimeBases(reader);
  const codes = readFrameCodes(reader);
  const beginnings = [new Uint8Array(0)];
  if (reader.left > 0) {
    for (let more = reader.varint(); more > 0 && !reader.failed; more--)
      beginnings.push(Uint8Array.from(reader.block()));
  }
  if (reader.failed || streams < 1 || streams > MOST_STREAMS || codes === undefined || timeBases.length === 0)
    return undefined;
  return { maxDistance: Math.min(maxDistance, 65536), timeBases, codes, beginnings };
}

function readTimeBases(reader: ByteReader): Rational[] {
  const timeBases: Rational[] = [];
  for (let more = reader.varint(); more > 0 && !reader.failed; more--) {
    const timeBase = { numerator: reader.varint(), denominator: reader.varint() };
    if (timeBase.numerator === 0 || timeBase.denominator === 0) return [];
    timeBases.push(timeBase);
  }
  return timeBases;
}

/** The table is run-length coded: each entry gives the fields that changed and how many codes share them. */
function readFrameCodes(reader: ByteReader): FrameCode[] | undefined {
  const codes: FrameCode[] = [];
  let ptsDelta = 0;
  let streamId = 0;
  let sizeFactor = 1;
  let headerIndex = 0;
  while (codes.length < CODES) {
    const flags = reader.varint();
    const fields = reader.varint();
    if (fields > 0) ptsDelta = reader.signedVarint();
    if (fields > 1) sizeFactor = reader.varint();
    if (fields > 2) streamId = reader.varint();
    const sizeBase = fields > 3 ? reader.varint() : 0;
    const reserved = fields > 4 ? reader.varint() : 0;
    const count = fields > 5 ? reader.varint() : sizeFactor - sizeBase;
    if (fields > 6) reader.signedVarint();
    if (fields > 7) headerIndex = reader.varint();
    for (let more = 8; more < fields && !reader.failed; more++) reader.varint();
    if (reader.failed || count <= 0) return undefined;
    for (let done = 0; done < count; done++) {
      if (codes.length === STARTCODE_BYTE) codes.push(INVALID);
      if (codes.length >= CODES) return undefined;
      codes.push({ flags, ptsDelta, streamId, sizeFactor, sizeBase: sizeBase + done, reserved, headerIndex });
    }
    if (codes.length === STARTCODE_BYTE) codes.push(INVALID);
  }
  return codes;
}

/** Reads the header of a stream of raw pictures or of data; undefined where it is another kind of stream. */
export function readStreamHeader(content: Uint8Array, main: MainHeader): StreamHeader | undefined {
  const reader = new ByteReader(content);
  const id = reader.varint();
  const streamClass = reader.varint();
  const format = formatNamed(reader.block());
  const timeBase = main.timeBases[reader.varint()];
  const msbPtsShift = reader.varint();
  // Farthest timestamp without checksum, decode delay, flags; codec data.
  for (let field = 0; field < 3; field++) reader.varint();
  reader.block();
  const cutOff = Boolean(reader.failed);
  if (cutOff || timeBase === undefined || id >= MOST_STREAMS || msbPtsShift > 16) return undefined;
  if (streamClass === DATA_CLASS) return { id, video: undefined, timeBase, msbPtsShift };
  const size = { width: reader.varint(), height: reader.varint() };
  if (reader.failed || streamClass !== VIDEO_CLASS || format === undefined) return undefined;
  if (size.width < 1 || size.height < 1 || Math.max(size.width, size.height) > LARGEST_SIDE) return undefined;
  return { id, video: { format, size, timeBase }, timeBase, msbPtsShift };
}

function formatNamed(fourcc: Uint8Array): PixelFormat | undefined {
  const formats = Object.keys(FOURCC) as PixelFormat[];
  return formats.find((format) => Buffer.compare(FOURCC[format], fourcc) === 0);
}

/** Timestamp of a synchronisation point in ticks of the stream, rounded down; undefined where it is not one. */
export function readSyncpoint(content: Uint8Array, main: MainHeader, { timeBase }: StreamHeader): number | undefined {
  const reader = new ByteReader(content);
  const coded = reader.varint();
  const from = main.timeBases[coded % main.timeBases.length];
  reader.varint();
  if (reader.failed || from === undefined) return undefined;
  const ticks =
    (BigInt(Math.floor(coded / main.timeBases.length)) * BigInt(from.numerator) * BigInt(timeBase.denominator)) /
    (BigInt(from.denominator) * BigInt(timeBase.numerator));
  return Number(ticks);
}
