import { byteLengthOf, type PixelFormat, type Rational, type Size } from '../core/frame.js';
import { DaylitError } from '../core/errors.js';
import {
  ByteWriter,
  CHECKSUM_BYTES,
  FILE_ID,
  FOURCC,
  FrameFlag,
  MAIN_STARTCODE,
  MAX_DISTANCE,
  NUT_VERSION,
  STREAM_STARTCODE,
  SYNCPOINT_STARTCODE,
  packet,
  varintLength,
} from './nut-format.js';

/** Bits of a timestamp that could be left out; ours are always written whole. */
const MSB_PTS_SHIFT = 7;
const VIDEO_CLASS = 0;
/** The one frame code in use; every field is written out. */
const FRAME_CODE = 1;
const SYNCPOINT = startcode(SYNCPOINT_STARTCODE);

/** What a NUT stream of raw pictures declares. */
export interface RawVideo {
  readonly format: PixelFormat;
  readonly size: Size;
  readonly timeBase: Rational;
}

/**
 * Writes raw pictures with exact timestamps as NUT, the container ffmpeg reads from a pipe.
 *
 * The bytes of a stream are `header()`, then per frame `frame(pts)` followed by the pixels themselves, which are thus
 * never copied. A synchronisation point stands before every frame, so a reader can recover anywhere.
 */
export class NutMuxer {
  readonly #video: RawVideo;
  readonly #pixelBytes: number;
  #position = 0;
  #previousSyncpoint: number | undefined;

  constructor(video: RawVideo) {
    this.#video = video;
    this.#pixelBytes = byteLengthOf(video.format, video.size);
  }

  /** The bytes that open the stream. */
  header(): Uint8Array {
    const bytes = new ByteWriter();
    bytes.bytes(FILE_ID);
    bytes.bytes(packet(MAIN_STARTCODE, this.#mainHeader()));
    bytes.bytes(packet(STREAM_STARTCODE, this.#streamHeader()));
    const header = bytes.finish();
    this.#position = header.length;
    this.#previousSyncpoint = undefined;
    return header;
  }

  /**
   * The bytes that stand before a picture's pixels.
   *
   * @param pts in ticks of the stream's time base; whole and at least 0, since NUT knows no negative times
   */
  frame(pts: number): Uint8Array {
    if (!Number.isSafeInteger(pts) || pts < 0)
      throw new DaylitError('INTERNAL', `NUT cannot hold the timestamp ${pts}`);
    const bytes = new ByteWriter();
    this.#syncpoint(bytes, pts);
    const header = bytes.length;
    bytes.byte(FRAME_CODE);
    bytes.varint(pts + (1 << MSB_PTS_SHIFT));
    bytes.varint(this.#pixelBytes);
    bytes.checksum(header);
    const prefix = bytes.finish();
    this.#previousSyncpoint = this.#position;
    this.#position += prefix.length + this.#pixelBytes;
    return prefix;
  }

  #mainHeader(): Uint8Array {
    const { numerator, denominator } = this.#video.timeBase;
    const main = new ByteWriter();
    for (const value of [NUT_VERSION, 1, MAX_DISTANCE, 1, numerator, denominator]) main.varint(value);
    // The table of frame codes: 0 invalid, 1 ours, the rest invalid. Fields: flags, count of fields that follow, pts
    // delta, multiplier, stream, size, reserved, count. The code 'N' is always invalid and not counted.
    const ours = FrameFlag.key | FrameFlag.codedPts | FrameFlag.sizeMsb | FrameFlag.checksum;
    this.#frameCodes(main, FrameFlag.invalid, 1);
    this.#frameCodes(main, ours, 1);
    this.#frameCodes(main, FrameFlag.invalid, 253);
    // No common beginnings of frames are left out.
    main.varint(0);
    return main.finish();
  }

  #frameCodes(main: ByteWriter, flags: number, count: number): void {
    main.varint(flags);
    main.varint(6);
    main.signedVarint(0);
    for (const value of [1, 0, 0, 0, count]) main.varint(value);
  }

  #streamHeader(): Uint8Array {
    const { format, size } = this.#video;
    const stream = new ByteWriter();
    stream.varint(0);
    stream.varint(VIDEO_CLASS);
    stream.block(FOURCC[format]);
    // Time base index, timestamp bits, farthest timestamp without checksum, decode delay, flags, codec data.
    for (const value of [0, MSB_PTS_SHIFT, 1, 0, 0, 0]) stream.varint(value);
    // Square pixels, colour space unknown.
    for (const value of [size.width, size.height, 1, 1, 0]) stream.varint(value);
    return stream.finish();
  }

  /** As `packet` does it, but in place: there is one for each frame. */
  #syncpoint(bytes: ByteWriter, pts: number): void {
    const previous = this.#previousSyncpoint;
    const back = previous === undefined ? 0 : Math.floor((this.#position - previous) / 16);
    bytes.bytes(SYNCPOINT);
    bytes.varint(varintLength(pts) + varintLength(back) + CHECKSUM_BYTES);
    const content = bytes.length;
    bytes.varint(pts);
    bytes.varint(back);
    bytes.checksum(content);
  }
}

function startcode(code: bigint): Uint8Array {
  const bytes = new ByteWriter();
  bytes.uint64(code);
  return bytes.finish();
}
