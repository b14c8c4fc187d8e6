import { secondsOf, type Frame } from '../core/frame.js';
import type { FrameTelemetry, Telemetry, TelemetryLog, TelemetryPacket } from '../core/telemetry.js';
import { writeKlv } from './write-klv.js';

/** How much earlier than the first frame of a log packets may be, in seconds. */
const LONG_BEFORE = 5;

/** A packet on the clock of an output's frames. */
export interface PlacedPacket {
  /** When it is due: its source's time, moved as its frame's was. */
  readonly seconds: number;
  readonly telemetry: Telemetry;
  /** As it came, or written anew where it did not come as KLV. */
  readonly klv: () => Uint8Array;
}

/**
 * Where one output stands in its source's telemetry: each packet is taken once and in order, whether or not the frame
 * that it came with was ever seen.
 */
export class TelemetryCursor {
  #log: TelemetryLog | undefined;
  #next = 0;
  /** By how much the output's time is ahead of the source's. */
  #shift = 0;

  /** The packets that are due by this frame. */
  take(frame: Pick<Frame, 'pts' | 'timeBase' | 'telemetry'>): PlacedPacket[] {
    const { telemetry } = frame;
    if (telemetry === undefined) return [];
    this.#shift = secondsOf(frame) - telemetry.frameSeconds;
    const fresh = this.#begin(telemetry);
    const due: TelemetryPacket[] = [];
    for (const packet of telemetry.log.since(this.#next)) {
      if (packet.seconds > telemetry.frameSeconds) break;
      this.#next += 1;
      if (!fresh || packet.seconds >= telemetry.frameSeconds - LONG_BEFORE) due.push(packet);
    }
    return due.map((packet) => placed(packet, this.#shift));
  }

  /** Those that came after the last frame. */
  rest(): PlacedPacket[] {
    const left = this.#log?.since(this.#next) ?? [];
    this.#next += left.length;
    return left.map((packet) => placed(packet, this.#shift));
  }

  /** Whether it is the first frame of this log; another connection has another. */
  #begin({ log }: FrameTelemetry): boolean {
    const fresh = log !== this.#log;
    this.#log = log;
    if (fresh) this.#next = 0;
    this.#next = Math.max(this.#next, log.first);
    return fresh;
  }
}

function placed({ seconds, telemetry, klv }: TelemetryPacket, shift: number): PlacedPacket {
  return { seconds: seconds + shift, telemetry, klv: () => klv ?? writeKlv(telemetry) };
}
