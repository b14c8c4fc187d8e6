/*
 * The parts of the MPEG transport stream (ISO/IEC 13818-1) that a stream of KLV needs: tables, and packets of its own.
 */

export const TS_PACKET = 188;
const SYNC = 0x47;
const PAYLOAD = TS_PACKET - 4;

/** Stream type "PES packets with private data", as KLV is commonly sent. */
const PRIVATE_DATA = 0x06;
/** Registration descriptor that says what the private data are. */
const KLVA = [0x05, 0x04, 0x4b, 0x4c, 0x56, 0x41];
const PRIVATE_STREAM_1 = 0xbd;

/** What the header of a TS packet says; undefined where it is none. */
export interface TsHeader {
  readonly pid: number;
  /** Whether a table or PES packet begins here. */
  readonly begins: boolean;
  /** Where the payload begins; the packet's length where there is none. */
  readonly payload: number;
}

export function readTsHeader(packet: Uint8Array): TsHeader | undefined {
  const [sync, high = 0, low = 0, flags = 0, adaptation = 0] = packet;
  if (sync !== SYNC || packet.length !== TS_PACKET) return undefined;
  const start = 4 + ((flags & 0x20) === 0 ? 0 : 1 + adaptation);
  return {
    pid: ((high & 0x1f) << 8) | low,
    begins: (high & 0x40) !== 0,
    payload: (flags & 0x10) === 0 ? TS_PACKET : Math.min(start, TS_PACKET),
  };
}

/** A table that lies whole in one packet, from its id to its checksum. */
function sectionIn(packet: Uint8Array, { begins, payload }: TsHeader, tableId: number): Uint8Array | undefined {
  const from = payload + 1 + (packet[payload] ?? 0);
  const to = from + 3 + ((((packet[from + 1] ?? 0) & 0x0f) << 8) | (packet[from + 2] ?? 0));
  return begins && packet[from] === tableId && to <= TS_PACKET && to - from >= 12
    ? packet.subarray(from, to)
    : undefined;
}

/** On which PID the table of the first programme comes; undefined where the packet is no programme association. */
export function programmeTablePid(packet: Uint8Array, header: TsHeader): number | undefined {
  const section = header.pid === 0 ? sectionIn(packet, header, 0) : undefined;
  if (section === undefined) return undefined;
  for (let at = 8; at + 4 <= section.length - 4; at += 4) {
    const programme = ((section[at] ?? 0) << 8) | (section[at + 1] ?? 0);
    if (programme !== 0) return (((section[at + 2] ?? 0) & 0x1f) << 8) | (section[at + 3] ?? 0);
  }
  return undefined;
}

/**
 * A programme's table with a stream of KLV added; undefined where there is no table in the packet, or no room in it.
 * @param pid of the stream
 */
export function withKlvStream(packet: Uint8Array, header: TsHeader, pid: number): Uint8Array | undefined {
  const section = sectionIn(packet, header, 2);
  if (section === undefined) return undefined;
  const entry = [PRIVATE_DATA, 0xe0 | (pid >> 8), pid & 0xff, 0xf0, KLVA.length, ...KLVA];
  const body = Uint8Array.from([...section.subarray(0, -4), ...entry]);
  const length = body.length + 1;
  body[1] = ((body[1] ?? 0) & 0xf0) | (length >> 8);
  body[2] = length & 0xff;
  const crc = crc32(body);
  const table = [...body, crc >>> 24, (crc >>> 16) & 0xff, (crc >>> 8) & 0xff, crc & 0xff];
  const at = section.byteOffset - packet.byteOffset;
  if (at + table.length > TS_PACKET) return undefined;
  const changed = new Uint8Array(TS_PACKET).fill(0xff);
  changed.set(packet.subarray(0, at));
  changed.set(table, at);
  return changed;
}

/** Presentation time in ticks of 1/90000 s of the picture that begins in this packet; undefined elsewhere. */
export function videoTime(packet: Uint8Array, { begins, payload }: TsHeader): number | undefined {
  const [zero, nought, one, stream = 0, , , , flags = 0, , a = 0, b = 0, c = 0, d = 0, e = 0] =
    packet.subarray(payload);
  if (!begins || zero !== 0 || nought !== 0 || one !== 1 || (stream & 0xf0) !== 0xe0 || (flags & 0x80) === 0) {
    return undefined;
  }
  return ((a >> 1) & 7) * 2 ** 30 + ((b << 22) | ((c >> 1) << 15) | (d << 7) | (e >> 1));
}

/**
 * The TS packets of one packet of KLV.
 * @param ticks presentation time in 1/90000 s; taken modulo 2^33
 * @param counter of the stream's first packet
 */
export function klvPackets(klv: Uint8Array, pid: number, ticks: number, counter: number): Uint8Array[] {
  const pts = ((ticks % 2 ** 33) + 2 ** 33) % 2 ** 33;
  const high = Math.floor(pts / 2 ** 30);
  const low = pts % 2 ** 30;
  const time = [0x21 | (high << 1), low >> 22, ((low >> 14) & 0xfe) | 1, (low >> 7) & 0xff, ((low << 1) & 0xfe) | 1];
  const rest = klv.length + 8;
  const length = rest > 0xffff ? 0 : rest;
  const pes = Uint8Array.from([0, 0, 1, PRIVATE_STREAM_1, length >> 8, length & 0xff, 0x84, 0x80, 5, ...time, ...klv]);
  const packets: Uint8Array[] = [];
  for (let at = 0; at < pes.length; at += PAYLOAD) {
    const part = pes.subarray(at, at + PAYLOAD);
    const packet = new Uint8Array(TS_PACKET).fill(0xff);
    const begins = at === 0 ? 0x40 : 0;
    const stuffing = PAYLOAD - part.length;
    packet.set([
      SYNC,
      begins | (pid >> 8),
      pid & 0xff,
      (stuffing > 0 ? 0x30 : 0x10) | ((counter + packets.length) & 15),
    ]);
    if (stuffing > 0) packet[4] = stuffing - 1;
    if (stuffing > 1) packet[5] = 0;
    packet.set(part, 4 + stuffing);
    packets.push(packet);
  }
  return packets;
}

/** CRC-32 of MPEG's tables: polynomial 0x04C11DB7, start value all ones, bits not reflected. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) {
    crc = (crc ^ (byte << 24)) >>> 0;
    for (let bit = 0; bit < 8; bit += 1) crc = ((crc << 1) ^ (crc >>> 31 === 1 ? 0x04c1_1db7 : 0)) >>> 0;
  }
  return crc;
}

/** As many packets that mean nothing as bring `bytes` up to a whole number of groups. */
export function nullPackets(bytes: number, group: number): Uint8Array {
  const count = (group - ((bytes / TS_PACKET) % group)) % group;
  const packets = new Uint8Array(count * TS_PACKET).fill(0xff);
  for (let at = 0; at < packets.length; at += TS_PACKET) packets.set([SYNC, 0x1f, 0xff, 0x10], at);
  return packets;
}
