import type { VideoPiece } from './gop-cache.js';
import { promptH264 } from './prompt-h264.js';
import { CONTAINERS } from './containers.js';
import { syntheticNote } from './output-arguments.js';
import type { VideoCoding } from './live-video.js';

/** One picture as MPEG-TS packets; a keyframe begins with the tables that a reader needs first. */
export interface TransportPiece extends VideoPiece {
  /** Presentation time in ticks of 1/90000 s, modulo 2^33. */
  readonly pts: number;
}

const PACKET = 188;
const SYNC = 0x47;
/** ISO/IEC 13818-1: programme association, and what is below the first stream of ffmpeg's muxer. */
const FIRST_STREAM = 0x100;
/** Packets of tables before a picture; ffmpeg writes three. */
const MOST_TABLES = 32;
const MOST_BYTES = 8 * 1024 * 1024;

/** Video for other software, as a transport stream. Its time goes on from encoder to encoder. */
export const TRANSPORT_STREAM: VideoCoding<TransportPiece> = {
  fromZero: false,
  // Its clock runs over after 26 hours, which readers know.
  longestSeconds: Infinity,
  options: (frame, binary) => {
    const options = CONTAINERS['.ts']?.options('h264', frame.timeBase, syntheticNote(frame.marks)) ?? [];
    return [...promptH264(frame, binary), ...options];
  },
  reader: () => {
    const cutter = new TransportCutter();
    return { expect: () => undefined, push: (chunk) => cutter.push(chunk) };
  },
};

/**
 * Cuts a transport stream with one video, as ffmpeg writes it, into pictures. A picture is complete when the next one
 * begins.
 */
export class TransportCutter {
  #rest: Uint8Array = new Uint8Array(0);
  /** Tables that have come since the last packet of video: they belong to what follows. */
  #tables: Uint8Array[] = [];
  #picture: { readonly packets: Uint8Array[]; readonly keyframe: boolean; readonly pts: number } | undefined;
  #bytes = 0;

  /** Takes the next bytes, which may be reused afterwards, and gives the pictures that they complete. */
  push(chunk: Uint8Array): TransportPiece[] {
    const bytes = Buffer.concat([this.#rest, chunk]);
    const pieces: TransportPiece[] = [];
    let at = 0;
    while (bytes.length - at >= PACKET) {
      if (bytes[at] !== SYNC) {
        at += 1; // never from ffmpeg; whatever it is, go on where packets begin again
        continue;
      }
      this.#packet(bytes.subarray(at, at + PACKET), pieces);
      at += PACKET;
    }
    this.#rest = Uint8Array.from(bytes.subarray(at));
    return pieces;
  }

  #packet(packet: Uint8Array, pieces: TransportPiece[]): void {
    const view = new DataView(packet.buffer, packet.byteOffset, PACKET);
    const head = view.getUint16(1);
    if ((head & 0x1fff) !== FIRST_STREAM) {
      this.#tables.push(packet);
      if (this.#tables.length > MOST_TABLES) this.#tables.shift();
      return;
    }
    const begins = (head & 0x4000) !== 0;
    if (begins) {
      if (this.#picture !== undefined) pieces.push(pieceOf(this.#picture));
      const start = payloadStart(view);
      // A place to begin at: a random access point (adaptation field) after the tables.
      const keyframe = start > 4 && view.getUint8(4) > 0 && (view.getUint8(5) & 0x40) !== 0 && this.#tables.length > 0;
      this.#picture = { packets: [], keyframe, pts: ptsAt(view, start) };
      this.#bytes = 0;
    }
    this.#picture?.packets.push(...this.#tables, packet);
    this.#tables = [];
    this.#bytes += PACKET;
    if (this.#bytes > MOST_BYTES) this.#picture = undefined;
  }
}

function pieceOf({ packets, ...about }: { packets: Uint8Array[]; keyframe: boolean; pts: number }): TransportPiece {
  return { ...about, bytes: Uint8Array.from(Buffer.concat(packets)) };
}

/** Where the payload of a packet begins, after the adaptation field if there is one. */
function payloadStart(packet: DataView): number {
  return (packet.getUint8(3) & 0x20) === 0 ? 4 : 5 + packet.getUint8(4);
}

/** The presentation time in the head of a PES packet. */
function ptsAt(packet: DataView, start: number): number {
  const at = start + 9;
  if (at + 5 > PACKET) return 0;
  const high = (packet.getUint8(at) >> 1) & 7;
  return high * 2 ** 30 + (packet.getUint16(at + 1) >> 1) * 2 ** 15 + (packet.getUint16(at + 3) >> 1);
}
