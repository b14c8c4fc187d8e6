import type { PixelFormat } from '../core/frame.js';

/*
 * The parts of the NUT container that its reader and writer share. Source: the NUT specification of the FFmpeg
 * project (nut.txt), version 3, as far as raw pictures need it.
 */

const text = new TextEncoder();

/** Opens every NUT file. */
export const FILE_ID = text.encode('nut/multimedia container\0');
export const NUT_VERSION = 3;
/** Farthest distance between synchronisation points, in bytes, beyond which a frame needs a checksum of its own. */
export const MAX_DISTANCE = 32767;

export const MAIN_STARTCODE = 0x4e4d_7a56_1f5f_04adn;
export const STREAM_STARTCODE = 0x4e53_1140_5bf2_f9dbn;
export const SYNCPOINT_STARTCODE = 0x4e4b_e4ad_eeca_4569n;
export const INDEX_STARTCODE = 0x4e58_dd67_2f23_e64en;
export const INFO_STARTCODE = 0x4e49_ab68_b596_ba78n;
/** First byte of every start code; never the code of a frame. */
export const STARTCODE_BYTE = 0x4e;

/** Bits that say which fields a frame's header has. */
export const FrameFlag = {
  key: 1,
  codedPts: 8,
  streamId: 16,
  sizeMsb: 32,
  checksum: 64,
  reserved: 128,
  sideData: 256,
  headerIndex: 1024,
  matchTime: 2048,
  coded: 4096,
  invalid: 8192,
} as const;

/** How raw pictures are named in a stream header. */
export const FOURCC: Readonly<Record<PixelFormat, Uint8Array>> = {
  gray8: text.encode('Y800'),
  gray16le: Uint8Array.of(0x59, 0x31, 0, 16),
  rgb24: Uint8Array.of(0x52, 0x47, 0x42, 24),
};

const CRC_TABLE = makeCrcTable();

/** CRC-32 with polynomial 0x04C11DB7, start value 0, bits not reflected. */
export function crc32(bytes: Uint8Array, from = 0, to = bytes.length): number {
  let crc = 0;
  for (let at = from; at < to; at += 1) {
    crc = ((crc << 8) ^ (CRC_TABLE[(crc >>> 24) ^ (bytes[at] ?? 0)] ?? 0)) >>> 0;
  }
  return crc;
}

function makeCrcTable(): Uint32Array {
  const table = new Uint32Array(256);
  for (let i = 0; i < 256; i++) {
    let crc = i << 24;
    for (let bit = 0; bit < 8; bit++) crc = crc < 0 ? (crc << 1) ^ 0x04c1_1db7 : crc << 1;
    table[i] = crc;
  }
  return table;
}

/** Packets with a longer rest than this carry a checksum of their length. */
const LONG_PACKET = 4096;
export const CHECKSUM_BYTES = 4;

/** A whole packet: start code, length, content, checksum. */
export function packet(startcode: bigint, content: Uint8Array): Uint8Array {
  const bytes = new ByteWriter();
  bytes.uint64(startcode);
  bytes.varint(content.length + CHECKSUM_BYTES);
  if (content.length + CHECKSUM_BYTES > LONG_PACKET) bytes.checksum(0);
  const start = bytes.length;
  bytes.bytes(content);
  bytes.checksum(start);
  return bytes.finish();
}

/** Bytes of a variable-length number. */
export function varintLength(value: number): number {
  let digits = 1;
  for (let above = Math.floor(value / 128); above > 0; above = Math.floor(above / 128)) digits += 1;
  return digits;
}

/** Most bytes of a number below 2^53 in NUT's notation. */
const LONGEST_VARINT = 8;

/** Collects bytes in NUT's notation. */
export class ByteWriter {
  #bytes = new Uint8Array(64);
  #length = 0;

  byte(value: number): void {
    this.#makeRoom(1);
    this.#bytes[this.#length] = value;
    this.#length += 1;
  }

  bytes(values: Uint8Array): void {
    this.#makeRoom(values.length);
    this.#bytes.set(values, this.#length);
    this.#length += values.length;
  }

  /** Variable-length number: seven bits a byte, most significant first. */
  varint(value: number): void {
    this.#makeRoom(LONGEST_VARINT);
    const digits = varintLength(value);
    let rest = value;
    for (let at = digits - 1; at >= 0; at -= 1) {
      this.#bytes[this.#length + at] = (rest % 128) | (at < digits - 1 ? 0x80 : 0);
      rest = Math.floor(rest / 128);
    }
    this.#length += digits;
  }

  /** Signed variable-length number: 0, 1, -1, 2, -2 … are written as 0, 1, 2, 3, 4 …. */
  signedVarint(value: number): void {
    this.varint(value > 0 ? value * 2 - 1 : -value * 2);
  }

  /** Length, then the bytes. */
  block(values: Uint8Array): void {
    this.varint(values.length);
    this.bytes(values);
  }

  uint32(value: number): void {
    for (let shift = 24; shift >= 0; shift -= 8) this.byte(value >>> shift);
  }

  uint64(value: bigint): void {
    this.uint32(Number(value >> 32n));
    this.uint32(Number(value & 0xffff_ffffn));
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#length;
  }

  /** CRC-32 of what was written from there on. */
  checksum(from: number): void {
    this.uint32(crc32(this.#bytes, from, this.#length));
  }

  /** What has been written; the writer must not be used any more. */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #makeRoom(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}
