import type { Telemetry } from '../core/telemetry.js';
import { writeBerLength } from './ber.js';
import { checksumOf, UAS_KEY } from './klv.js';
import { CORNER_CODES, CORNER_TAGS, NUMBER_TAGS, Tag, TEXT_TAGS } from './st0601-tags.js';

/** Version of ST 0601 by which packets are written. */
const VERSION = 17;
/** Longest text that the standard allows. */
const LONGEST_TEXT = 127;

/**
 * An ST 0601 packet that says what the telemetry says, as far as the standard has a place for it: time first, checksum
 * last. Values are rounded to what the tags can hold. Of a field that has two tags both are written, for old readers,
 * unless only one can hold the value.
 */
export function writeKlv(telemetry: Telemetry): Uint8Array {
  const set: number[] = [];
  const element = (tag: number, value: Uint8Array | undefined): void => {
    if (value !== undefined) set.push(tag, ...writeBerLength(value.length), ...value);
  };
  for (const [tag, field, code] of NUMBER_TAGS) {
    const value = tag === Tag.version ? VERSION : telemetry[field];
    if (value !== undefined) element(tag, code.write(value));
  }
  for (const [tag, field] of TEXT_TAGS) {
    const value = telemetry[field];
    if (value !== undefined) element(tag, Buffer.from(value).subarray(0, LONGEST_TEXT));
  }
  const [latitudeCode, longitudeCode] = CORNER_CODES;
  telemetry.corners?.forEach(({ latitude, longitude }, index) => {
    const [latitudeTag = 0, longitudeTag = 0] = CORNER_TAGS[index] ?? [];
    element(latitudeTag, latitudeCode.write(latitude));
    element(longitudeTag, longitudeCode.write(longitude));
  });
  const length = set.length + 4;
  const packet = Uint8Array.from([...UAS_KEY, ...writeBerLength(length), ...set, Tag.checksum, 2, 0, 0]);
  new DataView(packet.buffer).setUint16(packet.length - 2, checksumOf(packet));
  return packet;
}
