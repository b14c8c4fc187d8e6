import { klvPackets, programmeTablePid, readTsHeader, TS_PACKET, videoTime, withKlvStream } from './ts-packets.js';

/** Of the stream of KLV; ffmpeg numbers its streams from 0x100. */
const KLV_PID = 0x1f1;
const SYNC = 0x47;
const TICKS_PER_SECOND = 90_000;
/** After so many ticks the clock of a transport stream starts again. */
const WRAP = 2 ** 33;
/** Packets that wait while nothing begins before which they could go. */
const MOST_WAITING = 1000;
const EMPTY = new Uint8Array(0);

/**
 * Adds a stream of KLV to an MPEG transport stream with one programme, which ffmpeg cannot do: it makes no such stream
 * from anything, and drops the times of one that it copies. Bytes go in and out in any chunks; everything but the
 * programme's table goes through unchanged.
 *
 * Packets of KLV have the times that they are given, on the clock of the pictures: the first picture of the stream is
 * the one of `firstSeconds`, wherever the encoder puts it. They are sent as PES packets with private data marked KLVA
 * (asynchronous carriage of MISB ST 1402) with presentation times, which ffmpeg and GStreamer read back.
 */
export class KlvInserter {
  readonly #firstSeconds: number;
  readonly #waiting: { readonly klv: Uint8Array; readonly seconds: number }[] = [];
  #rest: Uint8Array = EMPTY;
  #tablePid: number | undefined;
  #announced = false;
  /** What the stream's times are ahead of ours, in ticks. */
  #shift: number | undefined;
  #counter = 0;

  /** @param firstSeconds the time of the stream's first picture */
  constructor(firstSeconds: number) {
    this.#firstSeconds = firstSeconds;
  }

  /** A packet that is to be sent before the first picture that is not earlier; rising in time. */
  add(klv: Uint8Array, seconds: number): void {
    this.#waiting.push({ klv, seconds });
    if (this.#waiting.length > MOST_WAITING) this.#waiting.shift();
  }

  /** Takes the next bytes, which may be reused afterwards; gives whole packets. */
  push(chunk: Uint8Array): Uint8Array {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const out: Uint8Array[] = [];
    let at = 0;
    while (bytes.length - at >= TS_PACKET) {
      if (bytes[at] !== SYNC) {
        at += 1;
        continue;
      }
      this.#packet(bytes.subarray(at, at + TS_PACKET), out);
      at += TS_PACKET;
    }
    this.#rest = Uint8Array.from(bytes.subarray(at));
    return Buffer.concat(out);
  }

  /** What is left, when the stream has ended. */
  end(): Uint8Array {
    return Buffer.concat(this.#due());
  }

  #packet(packet: Uint8Array, out: Uint8Array[]): void {
    const header = readTsHeader(packet);
    if (header === undefined) return;
    this.#tablePid ??= programmeTablePid(packet, header);
    const table = header.pid === this.#tablePid ? withKlvStream(packet, header, KLV_PID) : undefined;
    if (table !== undefined) this.#announced = true;
    const time = videoTime(packet, header);
    if (time !== undefined) {
      this.#shift ??= time - Math.round(this.#firstSeconds * TICKS_PER_SECOND);
      out.push(...this.#due(time));
    }
    out.push(table ?? packet);
  }

  /**
   * The packets that wait, once readers know of their stream and its time is known: those up to a picture's time, or
   * all. An encoder that looks ahead gives its first picture late; all at once before it, packets of many seconds would
   * make readers give up looking for the picture.
   */
  #due(upTo?: number): Uint8Array[] {
    const shift = this.#shift;
    if (!this.#announced || shift === undefined) return [];
    const ticksOf = (seconds: number): number => Math.round(seconds * TICKS_PER_SECOND) + shift;
    const later = upTo === undefined ? -1 : this.#waiting.findIndex(({ seconds }) => isAfter(ticksOf(seconds), upTo));
    return this.#waiting.splice(0, later === -1 ? this.#waiting.length : later).flatMap(({ klv, seconds }) => {
      const packets = klvPackets(klv, KLV_PID, ticksOf(seconds), this.#counter);
      this.#counter += packets.length;
      return packets;
    });
  }
}

/** Whether one time comes after another, on a clock that starts again after 2^33 ticks. */
function isAfter(ticks: number, other: number): boolean {
  const ahead = (((ticks - other) % WRAP) + WRAP) % WRAP;
  return ahead > 0 && ahead < WRAP / 2;
}
