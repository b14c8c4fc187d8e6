/** A number read from a place, and the place behind it. */
export interface BerNumber {
  readonly value: number;
  readonly end: number;
}

/**
 * A length in BER: one byte below 128, or a byte that says how many follow (ISO/IEC 8825-1, 8.1.3). Undefined where the
 * bytes end too early, the length is of the indefinite form, or it is 2^53 or more.
 */
export function berLength(bytes: Uint8Array, at: number): BerNumber | undefined {
  const first = bytes[at];
  if (first === undefined || first === 0x80) return undefined;
  if (first < 0x80) return { value: first, end: at + 1 };
  const end = at + 1 + (first & 0x7f);
  const value = unsigned(bytes.subarray(at + 1, end));
  return end > bytes.length || value === undefined ? undefined : { value, end };
}

/** A tag in BER-OID: seven bits a byte, all but the last with their top bit set. Undefined where it does not end soon. */
export function berTag(bytes: Uint8Array, at: number): BerNumber | undefined {
  let value = 0;
  for (let end = at; end < Math.min(at + 4, bytes.length);) {
    const byte = bytes[end++] ?? 0;
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return { value, end };
  }
  return undefined;
}

/** A length in as few bytes as it takes. */
export function writeBerLength(length: number): number[] {
  if (length < 0x80) return [length];
  const digits = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) digits.unshift(rest % 256);
  return [0x80 | digits.length, ...digits];
}

/** A whole number, most significant byte first; undefined at 2^53 or more. */
export function unsigned(bytes: Uint8Array): number | undefined {
  let value = 0;
  for (const byte of bytes) {
    value = value * 256 + byte;
    if (!Number.isSafeInteger(value)) return undefined;
  }
  return value;
}

/** The same in two's complement, of at most six bytes. */
export function signed(bytes: Uint8Array): number | undefined {
  const value = bytes.length > 6 ? undefined : unsigned(bytes);
  if (value === undefined) return undefined;
  const half = 2 ** (8 * bytes.length - 1);
  return value < half ? value : value - 2 * half;
}
