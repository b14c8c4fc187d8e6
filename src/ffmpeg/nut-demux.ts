import type { BufferPool } from '../core/buffer-pool.js';
import { byteLengthOf, secondsOf } from '../core/frame.js';
import { ByteReader } from './byte-reader.js';
import {
  FrameFlag,
  INDEX_STARTCODE,
  INFO_STARTCODE,
  MAIN_STARTCODE,
  STARTCODE_BYTE,
  STREAM_STARTCODE,
  SYNCPOINT_STARTCODE,
  crc32,
} from './nut-format.js';
import { readMainHeader, readStreamHeader, readSyncpoint, type MainHeader, type StreamHeader } from './nut-headers.js';
import type { RawVideo } from './nut-mux.js';

/** A raw picture with its exact time. */
export interface NutFrame {
  /** From the pool; whoever receives the frame gives it back. */
  readonly pixels: Uint8Array<ArrayBuffer>;
  /** In ticks of the stream's time base. */
  readonly pts: number;
}

/** A packet of the stream of data beside the pictures. */
export interface NutData {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly seconds: number;
}

const STARTCODE_BYTES = 8;
/** Headers of one stream of pictures are far shorter; a longer one is damage. */
const LONGEST_HEADER = 65_536;
const LONG_PACKET = 4096;
/** From this size on a frame's beginning is never left out. */
const LONGEST_SHORTENED = 4096;
/** Longer packets of data are passed over, and of those that nobody takes only the last are kept. */
const LONGEST_DATA = 65_536;
const MOST_DATA = 1000;
const EMPTY = new Uint8Array(0);

interface Stream {
  readonly header: StreamHeader;
  /** Of the last frame or synchronisation point; undefined until one was met. */
  lastPts: number | undefined;
}

/** A picture or a packet of data that is being filled. */
interface Payload {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly pts: number;
  readonly of: StreamHeader;
  filled: number;
}

/** What came of reading at one place: bytes used up, `short` (more are needed), or `damaged`. */
type Step = number | 'short' | 'damaged';

/**
 * Reads raw pictures, and the data beside them, out of NUT bytes that arrive in chunks of any size. Pixels are copied once, from the
 * chunk into the frame. After damage it goes on at the next synchronisation point. Never throws, whatever the bytes,
 * and holds no more than one frame, one header and what data has not been taken.
 */
export class NutDemuxer {
  readonly #pool: BufferPool;
  #main: MainHeader | undefined;
  readonly #streams = new Map<number, Stream>();
  readonly #data: NutData[] = [];
  #video: RawVideo | undefined;
  /** Whether the next byte begins a packet or frame. */
  #synchronised = false;
  /** Bytes of a header that is not complete yet. */
  #begun: Uint8Array = EMPTY;
  #payload: Payload | undefined;
  #skip = 0;
  #damages = 0;

  constructor(pool: BufferPool) {
    this.#pool = pool;
  }

  /** What the stream declares; undefined until its headers have been read. */
  get video(): RawVideo | undefined {
    return this.#video;
  }

  /** How often bytes had to be left out to find the next sound place. */
  get damages(): number {
    return this.#damages;
  }

  /** Data that has come since it was last taken, in its order. */
  takeData(): NutData[] {
    return this.#data.splice(0);
  }

  /** Whether a frame or header has begun whose end has not come. */
  get unfinished(): boolean {
    return this.#payload !== undefined || this.#begun.length > 0 || this.#skip > 0;
  }

  /** Takes the next bytes, which may be reused afterwards, and gives the frames that they complete. */
  push(chunk: Uint8Array): NutFrame[] {
    const frames: NutFrame[] = [];
    const bytes = this.#begun.length === 0 ? chunk : Buffer.concat([this.#begun, chunk]);
    this.#begun = EMPTY;
    let at = 0;
    while (at < bytes.length) {
      const step = this.#step(bytes, at, frames);
      if (step === 'short') {
        this.#begun = Uint8Array.from(bytes.subarray(at));
        break;
      }
      if (step === 'damaged') {
        this.#synchronised = false;
        for (const stream of this.#streams.values()) stream.lastPts = undefined;
        this.#damages += 1;
        at += 1;
      } else at += step;
    }
    return frames;
  }

  /** Gives back the memory of a frame that will never be completed. */
  close(): void {
    if (this.#payload?.of.video !== undefined) this.#pool.give(this.#payload.bytes);
    this.#payload = undefined;
    this.#begun = EMPTY;
  }

  #step(bytes: Uint8Array, at: number, frames: NutFrame[]): Step {
    if (this.#skip > 0) return this.#skipOver(bytes.length - at);
    if (this.#payload !== undefined) return this.#fill(this.#payload, bytes, at, frames);
    if (!this.#synchronised) return this.#search(bytes, at);
    return bytes[at] === STARTCODE_BYTE ? this.#packet(bytes, at) : this.#frame(bytes, at);
  }

  #skipOver(available: number): number {
    const skipped = Math.min(this.#skip, available);
    this.#skip -= skipped;
    return skipped;
  }

  #fill(payload: Payload, bytes: Uint8Array, at: number, frames: NutFrame[]): number {
    const used = Math.min(bytes.length - at, payload.bytes.length - payload.filled);
    payload.bytes.set(bytes.subarray(at, at + used), payload.filled);
    payload.filled += used;
    if (payload.filled === payload.bytes.length) {
      this.#payload = undefined;
      const { pts, of } = payload;
      if (of.video !== undefined) frames.push({ pixels: payload.bytes, pts });
      else this.#data.push({ bytes: payload.bytes, seconds: secondsOf({ pts, timeBase: of.timeBase }) });
      if (this.#data.length > MOST_DATA) this.#data.shift();
    }
    return used;
  }

  /** Goes to the next byte that may begin a start code we can take up reading at. */
  #search(bytes: Uint8Array, at: number): Step {
    const next = bytes.indexOf(STARTCODE_BYTE, at);
    if (next < 0) return bytes.length - at;
    if (next > at) return next - at;
    if (bytes.length - at < STARTCODE_BYTES) return 'short';
    const code = startcodeAt(bytes, at);
    if (!isHeader(code)) return 1;
    const step = this.#packet(bytes, at);
    if (step === 'damaged') return 1;
    if (step !== 'short') this.#synchronised = true;
    return step;
  }

  #packet(bytes: Uint8Array, at: number): Step {
    const reader = new ByteReader(bytes, at + STARTCODE_BYTES);
    const length = reader.varint();
    if (length > LONG_PACKET) {
      const head = bytes.subarray(at, reader.position);
      if (reader.uint32() !== crc32(head) && reader.failed === undefined) return 'damaged';
    }
    if (reader.failed !== undefined) return reader.failed;
    if (length < 4) return 'damaged';
    const code = startcodeAt(bytes, at);
    if (code === INDEX_STARTCODE || code === INFO_STARTCODE) {
      this.#skip = length;
      return reader.position - at;
    }
    if (!isHeader(code) || length > LONGEST_HEADER) return 'damaged';
    if (reader.left < length) return 'short';
    const content = bytes.subarray(reader.position, reader.position + length - 4);
    const end = reader.position + length;
    reader.position = end - 4;
    if (reader.uint32() !== crc32(content)) return 'damaged';
    return this.#header(code, content) ? end - at : 'damaged';
  }

  /** Takes a sound packet in; headers that come again are ignored. */
  #header(code: bigint, content: Uint8Array): boolean {
    if (code === MAIN_STARTCODE) this.#main ??= readMainHeader(content);
    if (this.#main === undefined) return false;
    if (code === STREAM_STARTCODE) {
      const header = readStreamHeader(content, this.#main);
      if (header !== undefined && !this.#streams.has(header.id)) {
        this.#streams.set(header.id, { header, lastPts: undefined });
        this.#video ??= header.video;
      }
      return header !== undefined;
    }
    if (code === MAIN_STARTCODE) return true;
    if (this.video === undefined) return false;
    if (code === SYNCPOINT_STARTCODE) {
      for (const stream of this.#streams.values()) {
        const pts = readSyncpoint(content, this.#main, stream.header);
        if (pts === undefined) return false;
        stream.lastPts = pts;
      }
    }
    return true;
  }

  #frame(bytes: Uint8Array, at: number): Step {
    const main = this.#main;
    if (main === undefined) return 'damaged';
    const reader = new ByteReader(bytes, at);
    const code = main.codes[reader.byte()];
    if (code === undefined || (code.flags & FrameFlag.invalid) !== 0) return 'damaged';
    let { flags, headerIndex } = code;
    if ((flags & FrameFlag.coded) !== 0) flags ^= reader.varint();
    const streamId = (flags & FrameFlag.streamId) === 0 ? code.streamId : reader.varint();
    const stream = this.#streams.get(streamId);
    if (stream?.lastPts === undefined) return reader.failed ?? 'damaged';
    let pts = stream.lastPts + code.ptsDelta;
    if ((flags & FrameFlag.codedPts) !== 0) pts = fullPts(reader.varint(), stream.lastPts, stream.header.msbPtsShift);
    const msb = (flags & FrameFlag.sizeMsb) === 0 ? 0 : reader.varint();
    if ((flags & FrameFlag.matchTime) !== 0) reader.signedVarint();
    if ((flags & FrameFlag.headerIndex) !== 0) headerIndex = reader.varint();
    let reserved = (flags & FrameFlag.reserved) === 0 ? code.reserved : reader.varint();
    for (; reserved > 0 && reader.failed === undefined; reserved--) reader.varint();
    const head = bytes.subarray(at, reader.position);
    const size = code.sizeBase + code.sizeFactor * msb;
    const checked = (flags & FrameFlag.checksum) !== 0;
    const sum = checked ? reader.uint32() : 0;
    if (reader.failed !== undefined) return reader.failed;
    if (checked ? sum !== crc32(head) : size > 2 * main.maxDistance) return 'damaged';
    const odd = FrameFlag.sideData | FrameFlag.invalid;
    if ((flags & odd) !== 0 || !Number.isSafeInteger(pts)) return 'damaged';
    const { video } = stream.header;
    if (video !== undefined && size !== byteLengthOf(video.format, video.size)) return 'damaged';
    const beginning = main.beginnings[size > LONGEST_SHORTENED ? 0 : headerIndex];
    if (beginning === undefined || beginning.length > size) return 'damaged';
    stream.lastPts = pts;
    if (video === undefined && (size > LONGEST_DATA || size === beginning.length)) {
      this.#skip = size - beginning.length;
      return reader.position - at;
    }
    const payload = video === undefined ? new Uint8Array(size) : this.#pool.take(size);
    payload.set(beginning);
    this.#payload = { bytes: payload, pts, of: stream.header, filled: beginning.length };
    return reader.position - at;
  }
}

function isHeader(code: bigint): boolean {
  return code === MAIN_STARTCODE || code === STREAM_STARTCODE || code === SYNCPOINT_STARTCODE;
}

function startcodeAt(bytes: Uint8Array, at: number): bigint {
  return new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(at);
}

/** NUT may write only the low bits of a timestamp; the one nearest to the last is meant. */
function fullPts(coded: number, last: number, shift: number): number {
  const range = 2 ** shift;
  if (coded >= range) return coded - range;
  const lowest = last - Math.floor((range - 1) / 2);
  return lowest + ((((coded - lowest) % range) + range) % range);
}
