/*
 * Fragmented MP4 with one H.264 track: what Media Source Extensions take. Source: ISO/IEC 14496-12 (boxes) and
 * 14496-15 (avc1, avcC). Pure; bytes out of numbers and bytes.
 */

/** Ticks a second: microseconds, in which pictures count. */
const TIMESCALE = 1_000_000;
/** No rotation, no scaling. */
const MATRIX = [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000];

type Part = number | readonly number[] | Uint8Array | string;

/** What comes first: what the track is like. `configuration` is an AVCDecoderConfigurationRecord. */
export function initSegment(width: number, height: number, configuration: Uint8Array): Uint8Array<ArrayBuffer> {
  const avc1 = box('avc1', [
    ...[zeros(6), u16(1), zeros(16), u16(width, height), u32(0x48_0000, 0x48_0000, 0), u16(1), zeros(32)],
    ...[u16(0x18, 0xffff), box('avcC', [configuration])],
  ]);
  const tables = ['stts', 'stsc', 'stco'].map((name) => full(name, 0, [u32(0)]));
  const stbl = box('stbl', [full('stsd', 0, [u32(1), avc1]), ...tables, full('stsz', 0, [u32(0, 0)])]);
  const dinf = box('dinf', [full('dref', 0, [u32(1), full('url ', 1, [])])]);
  const minf = box('minf', [full('vmhd', 1, [zeros(8)]), dinf, stbl]);
  const mdhd = full('mdhd', 0, [u32(0, 0, TIMESCALE, 0), u16(0x55c4, 0)]);
  const hdlr = full('hdlr', 0, [u32(0), 'vide', zeros(12), 'daylit\0']);
  const tkhd = full('tkhd', 3, [
    ...[u32(0, 0, 1, 0, 0), zeros(16), u32(...MATRIX)],
    u32(width * 0x1_0000, height * 0x1_0000),
  ]);
  const mvhd = full('mvhd', 0, [
    ...[u32(0, 0, TIMESCALE, 0, 0x1_0000), u16(0x100), zeros(10), u32(...MATRIX)],
    ...[zeros(24), u32(2)],
  ]);
  const trak = box('trak', [tkhd, box('mdia', [mdhd, hdlr, minf])]);
  const mvex = box('mvex', [full('trex', 0, [u32(1, 1, 0, 0, 0)])]);
  return joined([box('ftyp', ['iso5', u32(1), 'iso5avc1']), box('moov', [mvhd, trak, mvex])]);
}

/** One picture as a fragment of its own. Times in microseconds. */
export interface Fragment {
  /** From 1. */
  readonly number: number;
  readonly start: number;
  readonly duration: number;
  readonly keyframe: boolean;
  /** NAL units, each after its length. */
  readonly data: Uint8Array;
}

/** A fragment's bytes. */
export function fragment({ number, start, duration, keyframe, data }: Fragment): Uint8Array<ArrayBuffer> {
  // Depends on no other and others on it, or the opposite.
  const flags = keyframe ? 0x0200_0000 : 0x0101_0000;
  const traf = (offset: number): Uint8Array =>
    box('traf', [
      full('tfhd', 0x02_0000, [u32(1)]), // its base is this moof
      full('tfdt', 0x0100_0000, [u32(Math.floor(start / 2 ** 32), start % 2 ** 32)]),
      full('trun', 0x701, [u32(1, offset, duration, data.length, flags)]),
    ]);
  const moof = (offset: number): Uint8Array => box('moof', [full('mfhd', 0, [u32(number)]), traf(offset)]);
  // Eight bytes of head stand before the data.
  return joined([moof(moof(0).length + 8), box('mdat', [data])]);
}

function box(name: string, parts: readonly Part[]): Uint8Array<ArrayBuffer> {
  const content = joined(parts);
  return joined([u32(content.length + 8), name, content]);
}

/** A box with version and flags, as one number. */
function full(name: string, flags: number, parts: readonly Part[]): Uint8Array<ArrayBuffer> {
  return box(name, [u32(flags), ...parts]);
}

function u32(...values: readonly number[]): readonly number[] {
  return values.flatMap((value) => [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) & 0xff));
}

function u16(...values: readonly number[]): readonly number[] {
  return values.flatMap((value) => [(value >> 8) & 0xff, value & 0xff]);
}

function zeros(count: number): readonly number[] {
  return new Array<number>(count).fill(0);
}

function joined(parts: readonly Part[]): Uint8Array<ArrayBuffer> {
  const all = parts.map((part) =>
    typeof part === 'string' ? new TextEncoder().encode(part) : typeof part === 'number' ? [part] : part,
  );
  const bytes = new Uint8Array(all.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of all) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
