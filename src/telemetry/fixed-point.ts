import { signed, unsigned } from './ber.js';

/** A number as bytes: how it is read and how it is written. */
export interface NumberCode {
  /** Undefined for bytes that hold no number, or that stand for "unknown". */
  read(bytes: Uint8Array): number | undefined;
  /** Nearest bytes to a value; undefined where it is out of range. */
  write(value: number): Uint8Array | undefined;
}

/** A whole number of `length` bytes, in units of `unit`; reads any length up to that of a safe integer. */
export function whole(length: number, unit = 1): NumberCode {
  return {
    read: (bytes) => {
      const count = bytes.length === 0 ? undefined : unsigned(bytes);
      return count === undefined ? undefined : count * unit;
    },
    write: (value) => digits(Math.round(value / unit), length),
  };
}

/** `low` to `high` spread over all values of an unsigned integer (ST 0601, "uint" with a linear map). */
export function spread(length: number, low: number, high: number): NumberCode {
  const slope = (high - low) / (2 ** (8 * length) - 1);
  return {
    read: (bytes) => {
      const count = bytes.length === length ? unsigned(bytes) : undefined;
      return count === undefined ? undefined : slope * count + low;
    },
    write: (value) => digits(Math.round((value - low) / slope), length),
  };
}

/** `-limit` to `limit` over a signed integer, whose lowest value stands for "unknown" (ST 0601, "int"). */
export function balanced(length: number, limit: number): NumberCode {
  const top = 2 ** (8 * length - 1) - 1;
  const slope = (2 * limit) / (2 * top);
  return {
    read: (bytes) => {
      const count = bytes.length === length ? signed(bytes) : undefined;
      return count === undefined || count < -top ? undefined : slope * (count + top) - limit;
    },
    write: (value) => {
      const count = Math.round(value / slope);
      return Math.abs(count) > top ? undefined : digits(count < 0 ? count + 2 ** (8 * length) : count, length);
    },
  };
}

/** A signed whole number plus `zero`, in one byte. */
export function signedByte(zero: number): NumberCode {
  return {
    read: (bytes) => {
      const count = bytes.length === 1 ? signed(bytes) : undefined;
      return count === undefined ? undefined : count + zero;
    },
    write: (value) => {
      const count = Math.round(value - zero);
      return Math.abs(count) > 127 ? undefined : Uint8Array.of(count & 0xff);
    },
  };
}

/**
 * IMAPB of MISB ST 1201: `low` to `high` in an integer of any length, scaled by a power of two so that 0 is exact. Bytes
 * whose top bit is set stand for infinities and other things that are no number.
 * @param length in which it is written
 */
export function imapb(length: number, low: number, high: number): NumberCode {
  const scaleOf = (bytes: number): number => 2 ** (8 * bytes - 1 - Math.ceil(Math.log2(high - low)));
  const offsetOf = (scale: number): number => (low < 0 && high > 0 ? scale * low - Math.floor(scale * low) : 0);
  return {
    read: (bytes) => {
      const count = bytes.length < 1 || bytes.length > 6 ? undefined : unsigned(bytes);
      if (count === undefined || count > 2 ** (8 * bytes.length - 1)) return undefined;
      const scale = scaleOf(bytes.length);
      const value = (count - offsetOf(scale)) / scale + low;
      return value > high ? undefined : value;
    },
    write: (value) => {
      const scale = scaleOf(length);
      return value > high ? undefined : digits(Math.floor(scale * (value - low) + offsetOf(scale)), length);
    },
  };
}

/** A whole number, most significant byte first; undefined where it does not fit. */
function digits(value: number, length: number): Uint8Array | undefined {
  if (!(value >= 0 && value < 2 ** (8 * length))) return undefined;
  const bytes = new Uint8Array(length);
  let rest = value;
  for (let at = length - 1; at >= 0; at -= 1) {
    bytes[at] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  return bytes;
}
