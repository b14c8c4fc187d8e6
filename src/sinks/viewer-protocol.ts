/**
 * How one picture travels to a viewer: a fixed header, JSON, and the coded picture, which holds the thermal picture left
 * and its colours right, so that both always show the same instant. Pure, and shared with the page: nothing is imported
 * here.
 *
 * Numbers are big-endian:
 *
 * | offset | bytes | |
 * | --- | --- | --- |
 * | 0 | 4 | magic `DLVP` |
 * | 4 | 1 | version, 2 |
 * | 5 | 1 | flags: 1 colours from the model, 2 from a palette, 4 frozen, 8 cut, 16 keyframe |
 * | 6 | 1 | coding: 1 JPEG, 2 H.264 |
 * | 7 | 1 | reserved, 0 |
 * | 8 | 8 | sequence |
 * | 16 | 8 | pts in microseconds, signed |
 * | 24 | 4 | age in milliseconds: from the frame's arrival until this message was made |
 * | 28 | 4 | epoch |
 * | 32 | 2 | width of one half in pixels |
 * | 34 | 2 | height |
 * | 36 | 4 | bytes of JSON |
 * | 40 | 4 | bytes of decoder configuration |
 * | 44 | | JSON metadata, decoder configuration, then the coded picture up to the end |
 *
 * JPEG: every picture is a keyframe, and none has a configuration. H.264: one access unit, each of its NAL units after
 * its length in four bytes (AVCC); keyframes carry the AVCDecoderConfigurationRecord (ISO/IEC 14496-15) that they and
 * those after them were coded with. No picture refers to a later one. Odd sides are coded one pixel larger.
 */
export interface PictureHeader extends Marks {
  readonly coding: Coding;
  /** Whether decoding may begin here. */
  readonly keyframe: boolean;
  /** A safe integer from 0. */
  readonly sequence: number;
  /** Presentation time in microseconds, a safe integer. */
  readonly ptsMicroseconds: number;
  /** Whole milliseconds, at most 2^32 − 1. */
  readonly ageMs: number;
  readonly epoch: number;
  /** Of one half, 1 to 65535 pixels a side. */
  readonly width: number;
  readonly height: number;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** What is known of every picture, whichever message it travels in. */
export interface Marks {
  /** Whose colours these are. */
  readonly synthesised: 'model' | 'palette' | undefined;
  readonly frozen: boolean;
  readonly cut: boolean;
}

/** How the picture is coded. */
export type Coding = 'jpeg' | 'h264';

/** A picture as it is received. Its bytes are views of the message. */
export interface PictureMessage extends PictureHeader {
  /** For the decoder; empty where there is none. */
  readonly configuration: Uint8Array;
  readonly coded: Uint8Array;
}

const MAGIC = 0x44_4c_56_50;
const VERSION = 2;
const HEADER_BYTES = 44;
const MOST_METADATA = 65_536;
const FLAGS = { model: 1, palette: 2, frozen: 4, cut: 8, keyframe: 16 } as const;
const ALL_FLAGS = 31;
const CODINGS: readonly Coding[] = ['jpeg', 'h264'];
const NONE = new Uint8Array(0);

/** A picture as one message. */
export function encodePictureMessage(
  header: PictureHeader,
  coded: Uint8Array,
  configuration: Uint8Array = NONE,
): Uint8Array<ArrayBuffer> {
  const metadata = new TextEncoder().encode(JSON.stringify(header.metadata));
  const configurationAt = HEADER_BYTES + metadata.length;
  const codedAt = configurationAt + configuration.length;
  const message = new Uint8Array(codedAt + coded.length);
  const view = new DataView(message.buffer);
  view.setUint32(0, MAGIC);
  view.setUint8(4, VERSION);
  view.setUint8(5, flagsOf(header) | (header.keyframe ? FLAGS.keyframe : 0));
  view.setUint8(6, CODINGS.indexOf(header.coding) + 1);
  view.setBigUint64(8, BigInt(header.sequence));
  view.setBigInt64(16, BigInt(header.ptsMicroseconds));
  view.setUint32(24, Math.min(2 ** 32 - 1, Math.max(0, Math.round(header.ageMs))));
  view.setUint32(28, header.epoch);
  view.setUint16(32, header.width);
  view.setUint16(34, header.height);
  view.setUint32(36, metadata.length);
  view.setUint32(40, configuration.length);
  message.set(metadata, HEADER_BYTES);
  message.set(configuration, configurationAt);
  message.set(coded, codedAt);
  return message;
}

/** A message as a picture; undefined for anything that is not one of this version. Never throws. */
export function decodePictureMessage(message: Uint8Array): PictureMessage | undefined {
  if (message.length <= HEADER_BYTES) return undefined;
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const flags = view.getUint8(5);
  const coding = CODINGS[view.getUint8(6) - 1];
  const known = view.getUint32(0) === MAGIC && view.getUint8(4) === VERSION && view.getUint8(7) === 0;
  if (!known || coding === undefined || (flags & ~ALL_FLAGS) !== 0 || (flags & 3) === 3) return undefined;
  const sequence = Number(view.getBigUint64(8));
  const ptsMicroseconds = Number(view.getBigInt64(16));
  const [width, height, metadataBytes] = [view.getUint16(32), view.getUint16(34), view.getUint32(36)];
  const configurationAt = HEADER_BYTES + metadataBytes;
  const codedAt = configurationAt + view.getUint32(40);
  if (metadataBytes > MOST_METADATA || codedAt >= message.length || width === 0 || height === 0) return undefined;
  if (!Number.isSafeInteger(sequence) || !Number.isSafeInteger(ptsMicroseconds)) return undefined;
  const metadata = parseObject(message.subarray(HEADER_BYTES, configurationAt));
  if (metadata === undefined) return undefined;
  return {
    ...{ coding, sequence, ptsMicroseconds, width, height, metadata },
    ageMs: view.getUint32(24),
    epoch: view.getUint32(28),
    ...marksIn(flags),
    keyframe: (flags & FLAGS.keyframe) !== 0,
    configuration: message.subarray(configurationAt, codedAt),
    coded: message.subarray(codedAt),
  };
}

/** The lowest four bits of a message's flags. */
export function flagsOf({ synthesised, frozen, cut }: Marks): number {
  return (synthesised === undefined ? 0 : FLAGS[synthesised]) | (frozen ? FLAGS.frozen : 0) | (cut ? FLAGS.cut : 0);
}

/** What those bits say. */
export function marksIn(flags: number): Marks {
  return {
    synthesised: (flags & FLAGS.model) !== 0 ? 'model' : (flags & FLAGS.palette) !== 0 ? 'palette' : undefined,
    frozen: (flags & FLAGS.frozen) !== 0,
    cut: (flags & FLAGS.cut) !== 0,
  };
}

/** Metadata of a message; undefined for what is no JSON object. */
export function parseObject(bytes: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
