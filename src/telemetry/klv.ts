import type { GeoPoint, Telemetry } from '../core/telemetry.js';
import { berLength, berTag } from './ber.js';
import {
  CLASSIFICATIONS,
  CORNER_CODES,
  CORNER_OFFSET_CODE,
  CORNER_OFFSET_TAGS,
  CORNER_TAGS,
  NUMBER_TAGS,
  Tag,
  TEXT_TAGS,
  type NumberField,
  type TextField,
} from './st0601-tags.js';

/** Key of the "UAS Datalink Local Set" (MISB ST 0601). */
export const UAS_KEY = Uint8Array.of(6, 14, 43, 52, 2, 11, 1, 1, 14, 1, 3, 1, 0, 0, 0, 0);
/** What all keys of KLV begin with (SMPTE ST 336). */
const KEY_START = UAS_KEY.subarray(0, 4);

/** Tag and length of the checksum that ends a packet. */
const CHECKSUM_HEAD = [Tag.checksum, 2] as const;

/** A packet of KLV and what it says. */
export interface KlvPacket {
  /** From key to checksum; shares the memory it was read from. */
  readonly bytes: Uint8Array;
  readonly telemetry: Telemetry;
}

/**
 * Reads all ST 0601 packets out of bytes, such as a KLV file or what a PES packet carries. Other packets and what lies
 * between (the header of synchronous metadata, damage) are passed over, and so is a packet whose end is missing. Never
 * throws, whatever the bytes.
 */
export function readKlvPackets(bytes: Uint8Array): KlvPacket[] {
  const packets: KlvPacket[] = [];
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = view.indexOf(KEY_START); at >= 0; at = view.indexOf(KEY_START, at)) {
    const length = berLength(bytes, at + UAS_KEY.length);
    const end = length === undefined ? Infinity : length.end + length.value;
    if (length === undefined || end > bytes.length) {
      at += 1;
      continue;
    }
    if (isUasKey(bytes, at)) {
      packets.push({ bytes: bytes.subarray(at, end), telemetry: readSet(bytes.subarray(at, end), length.end - at) });
    }
    at = end;
  }
  return packets;
}

/**
 * What KLV says, packet by packet: MISB ST 0601 as drones and aircraft send it. Never throws; bytes that hold none
 * give none, and a packet whose checksum is wrong gives nothing but that.
 */
export function parseKlv(bytes: Uint8Array): Telemetry[] {
  return readKlvPackets(bytes).map(({ telemetry }) => telemetry);
}

/** The checksum of a packet up to its last two bytes: the sum of its 16-bit words. */
export function checksumOf(packet: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < packet.length - 2; at += 1) sum += (packet[at] ?? 0) << (at % 2 === 0 ? 8 : 0);
  return sum & 0xffff;
}

/** The last four bytes of the key say nothing that matters: some senders write a version there. */
function isUasKey(bytes: Uint8Array, at: number): boolean {
  return UAS_KEY.subarray(0, 12).every((byte, index) => bytes[at + index] === byte);
}

function readSet(packet: Uint8Array, from: number): Telemetry {
  const checksum = checksumState(packet, from);
  if (checksum === 'wrong') return { provenance: 'misb-st-0601', checksum };
  const elements = elementsOf(packet, from);
  const numbers: { [K in NumberField]?: number } = {};
  for (const [tag, field, code] of NUMBER_TAGS) {
    const value = code.read(elements.get(tag) ?? NOTHING);
    if (value !== undefined) numbers[field] = value;
  }
  const texts: { [K in TextField]?: string } = {};
  for (const [tag, field] of TEXT_TAGS) {
    const text = Buffer.from(elements.get(tag) ?? NOTHING).toString('utf8');
    if (text !== '') texts[field] = text;
  }
  const corners = cornersOf(elements, numbers);
  const securityClassification = classificationOf(elements.get(Tag.security));
  return {
    provenance: 'misb-st-0601',
    checksum,
    ...numbers,
    ...texts,
    ...(corners === undefined ? {} : { corners }),
    ...(securityClassification === undefined ? {} : { securityClassification }),
  };
}

const NOTHING = new Uint8Array(0);

function checksumState(packet: Uint8Array, from: number): 'right' | 'wrong' | 'missing' {
  const at = packet.length - 4;
  if (at < from || packet[at] !== CHECKSUM_HEAD[0] || packet[at + 1] !== CHECKSUM_HEAD[1]) return 'missing';
  const stated = ((packet[at + 2] ?? 0) << 8) | (packet[at + 3] ?? 0);
  return stated === checksumOf(packet) ? 'right' : 'wrong';
}

/** Values by tag, up to where the set is not sound any more; of a tag that comes twice, the last. */
function elementsOf(set: Uint8Array, from: number): ReadonlyMap<number, Uint8Array> {
  const elements = new Map<number, Uint8Array>();
  for (let at = from; at < set.length;) {
    const tag = berTag(set, at);
    const length = tag === undefined ? undefined : berLength(set, tag.end);
    if (tag === undefined || length === undefined || length.end + length.value > set.length) break;
    at = length.end + length.value;
    elements.set(tag.value, set.subarray(length.end, at));
  }
  return elements;
}

function cornersOf(
  elements: ReadonlyMap<number, Uint8Array>,
  { frameCentreLatitude, frameCentreLongitude }: { [K in NumberField]?: number },
): Telemetry['corners'] {
  const [upperLeft, upperRight, lowerRight, lowerLeft] = CORNER_TAGS.map(([latitudeTag, longitudeTag], index) => {
    const [latitude, longitude] = CORNER_CODES;
    const full = pointOf(
      latitude.read(elements.get(latitudeTag) ?? NOTHING),
      longitude.read(elements.get(longitudeTag) ?? NOTHING),
    );
    if (full !== undefined) return full;
    const [northTag, eastTag] = CORNER_OFFSET_TAGS[index] ?? [0, 0];
    const north = CORNER_OFFSET_CODE.read(elements.get(northTag) ?? NOTHING);
    const east = CORNER_OFFSET_CODE.read(elements.get(eastTag) ?? NOTHING);
    if (north === undefined || east === undefined) return undefined;
    return pointOf(sum(frameCentreLatitude, north), sum(frameCentreLongitude, east));
  });
  const all = upperLeft && upperRight && lowerRight && lowerLeft;
  return all && [upperLeft, upperRight, lowerRight, lowerLeft];
}

function pointOf(latitude: number | undefined, longitude: number | undefined): GeoPoint | undefined {
  return latitude === undefined || longitude === undefined ? undefined : { latitude, longitude };
}

function sum(centre: number | undefined, offset: number): number | undefined {
  return centre === undefined ? undefined : centre + offset;
}

function classificationOf(set: Uint8Array | undefined): Telemetry['securityClassification'] {
  const value = set === undefined ? undefined : elementsOf(set, 0).get(1);
  return value?.length === 1 ? CLASSIFICATIONS[(value[0] ?? 0) - 1] : undefined;
}
