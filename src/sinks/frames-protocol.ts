import type { Size } from '../core/frame.js';
import { flagsOf, marksIn, parseObject, type Marks } from './viewer-protocol.js';

/** How pixels travel to programs; docs/protocol.md has this table for other languages. */
export const FRAME_FORMATS = ['rgb24', 'gray', 'jpeg', 'nv12'] as const;
export type FrameFormat = (typeof FRAME_FORMATS)[number];

/** What of a frame: one half, or the thermal picture left and its colours right. */
export const FRAME_PARTS = ['colour', 'thermal', 'both'] as const;
export type FramePart = (typeof FRAME_PARTS)[number];

/**
 * What a frame message says before its pixels. Numbers are big-endian:
 *
 * | offset | bytes | |
 * | --- | --- | --- |
 * | 0 | 4 | magic `DLFR` |
 * | 4 | 1 | version, 1 |
 * | 5 | 1 | format: 0 rgb24, 1 gray, 2 jpeg, 3 nv12 |
 * | 6 | 1 | which: 0 colour, 1 thermal, 2 both |
 * | 7 | 1 | flags: 1 colours from the model, 2 from a palette, 4 frozen, 8 cut |
 * | 8 | 8 | sequence |
 * | 16 | 8 | pts in microseconds, signed |
 * | 24 | 8 | capture time: microseconds since 1970 |
 * | 32 | 4 | epoch |
 * | 36 | 4 | age in microseconds: from the frame's arrival until this message left |
 * | 40 | 2 | width of the picture in pixels |
 * | 42 | 2 | height |
 * | 44 | 4 | bytes of JSON |
 * | 48 | | JSON metadata, then the pixels up to the end |
 */
export interface FrameHeader extends Marks {
  readonly format: FrameFormat;
  readonly which: FramePart;
  /** A safe integer from 0. */
  readonly sequence: number;
  /** Presentation time in microseconds, a safe integer. */
  readonly ptsMicroseconds: number;
  /** Wall clock at which the frame reached the server, microseconds since 1970. */
  readonly capturedMicroseconds: number;
  readonly epoch: number;
  readonly ageMicroseconds: number;
  /** Of the picture as it is sent; of both halves together where both are. */
  readonly size: Size;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** A frame as it is received. `pixels` is a view of the message. */
export interface FrameMessage extends FrameHeader {
  readonly pixels: Uint8Array;
}

const MAGIC = 0x44_4c_46_52;
const VERSION = 1;
const HEADER_BYTES = 48;
const MOST_METADATA = 65_536;

/** The beginning of a message; the pixels follow it, so that many readers share them. */
export function encodeFrameHead(header: FrameHeader): Uint8Array<ArrayBuffer> {
  const metadata = new TextEncoder().encode(JSON.stringify(header.metadata));
  const head = new Uint8Array(HEADER_BYTES + metadata.length);
  const view = new DataView(head.buffer);
  view.setUint32(0, MAGIC);
  view.setUint8(4, VERSION);
  view.setUint8(5, FRAME_FORMATS.indexOf(header.format));
  view.setUint8(6, FRAME_PARTS.indexOf(header.which));
  view.setUint8(7, flagsOf(header));
  view.setBigUint64(8, BigInt(header.sequence));
  view.setBigInt64(16, BigInt(header.ptsMicroseconds));
  view.setBigInt64(24, BigInt(header.capturedMicroseconds));
  view.setUint32(32, header.epoch);
  view.setUint32(36, Math.min(2 ** 32 - 1, Math.max(0, Math.round(header.ageMicroseconds))));
  view.setUint16(40, header.size.width);
  view.setUint16(42, header.size.height);
  view.setUint32(44, metadata.length);
  head.set(metadata, HEADER_BYTES);
  return head;
}

/** A message as a frame; undefined for anything that is not one of this version, whole. Never throws. */
export function decodeFrameMessage(message: Uint8Array): FrameMessage | undefined {
  if (message.length <= HEADER_BYTES) return undefined;
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const format = FRAME_FORMATS[view.getUint8(5)];
  const which = FRAME_PARTS[view.getUint8(6)];
  const flags = view.getUint8(7);
  if (view.getUint32(0) !== MAGIC || view.getUint8(4) !== VERSION || flags > 15 || (flags & 3) === 3) return undefined;
  if (format === undefined || which === undefined) return undefined;
  const [sequence, ptsMicroseconds, capturedMicroseconds] = [
    Number(view.getBigUint64(8)),
    Number(view.getBigInt64(16)),
    Number(view.getBigInt64(24)),
  ];
  if (![sequence, ptsMicroseconds, capturedMicroseconds].every(Number.isSafeInteger)) return undefined;
  const size = { width: view.getUint16(40), height: view.getUint16(42) };
  const metadataBytes = view.getUint32(44);
  if (metadataBytes > MOST_METADATA) return undefined;
  const pixels = message.subarray(HEADER_BYTES + metadataBytes);
  if (!hasLength(pixels.length, format, size)) return undefined;
  const metadata = parseObject(message.subarray(HEADER_BYTES, HEADER_BYTES + metadataBytes));
  if (metadata === undefined) return undefined;
  return {
    ...{ format, which, sequence, ptsMicroseconds, capturedMicroseconds, size, metadata, pixels },
    epoch: view.getUint32(32),
    ageMicroseconds: view.getUint32(36),
    ...marksIn(flags),
  };
}

const BYTES_PER_PIXEL = { rgb24: 3, gray: 1, nv12: 1.5 } as const;

function hasLength(bytes: number, format: FrameFormat, { width, height }: Size): boolean {
  const expected = format === 'jpeg' ? bytes : BYTES_PER_PIXEL[format] * width * height;
  return bytes > 0 && width > 0 && height > 0 && bytes === expected;
}
