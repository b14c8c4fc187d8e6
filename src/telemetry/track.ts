import type { FrameTelemetry, TelemetryLog, TelemetryPacket } from '../core/telemetry.js';

/** Packets that are kept for outputs that come late: a minute of a fast sender. */
const KEPT = 3000;

/**
 * The telemetry of one connection: takes packets as they come and tells what held at a frame's time. Keeps no more than
 * the last packets, so a source that sends for weeks does not fill the memory.
 */
export class TelemetryTrack implements TelemetryLog {
  first = 0;
  readonly #packets: TelemetryPacket[] = [];

  get count(): number {
    return this.first + this.#packets.length;
  }

  push(packet: TelemetryPacket): void {
    this.#packets.push(packet);
    if (this.#packets.length < 2 * KEPT) return;
    // Half at a time, so that moving the rest costs next to nothing a packet.
    this.first += KEPT;
    this.#packets.splice(0, KEPT);
  }

  since(number: number): readonly TelemetryPacket[] {
    return this.#packets.slice(Math.max(0, number - this.first));
  }

  /** What goes beside a frame of this time: the newest sound packet that is no later. */
  at(frameSeconds: number): FrameTelemetry {
    // From the end, since packets arrive only a little earlier than their frames.
    const packet = this.#packets.findLast(
      ({ seconds, telemetry }) => seconds <= frameSeconds && telemetry.checksum !== 'wrong',
    );
    const beside = { frameSeconds, log: this };
    if (packet === undefined) return beside;
    return { ...beside, newest: packet.telemetry, ageSeconds: frameSeconds - packet.seconds };
  }
}
