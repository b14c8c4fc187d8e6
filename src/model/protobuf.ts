/** Protocol buffers as far as ONNX files need them. One field of a message. */
export interface Field {
  readonly number: number;
  /** Tag, length and content. */
  readonly whole: Uint8Array;
  /** Of fields that have a length (text, bytes, messages); of others empty. */
  readonly content: Uint8Array;
}

/** Wire types. */
const VARINT = 0;
const EIGHT_BYTES = 1;
const LENGTH = 2;
const FOUR_BYTES = 5;

/** The fields of a message, in order. @throws RangeError where the bytes are none. */
export function* fieldsOf(bytes: Uint8Array): Generator<Field> {
  for (let at = 0; at < bytes.length;) {
    const tag = varintAt(bytes, at);
    const wire = tag.value % 8;
    const size = wire === VARINT || wire === LENGTH ? varintAt(bytes, tag.end) : undefined;
    const begin = wire === LENGTH ? (size?.end ?? 0) : tag.end;
    const end = endOf(wire, tag.end, size);
    if (end > bytes.length) throw new RangeError('a field ends behind its message');
    const content = bytes.subarray(begin, wire === LENGTH ? end : begin);
    yield { number: Math.floor(tag.value / 8), whole: bytes.subarray(at, end), content };
    at = end;
  }
}

/** A field that holds a message or bytes. */
export function block(field: number, ...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return joined([varint(field * 8 + LENGTH), varint(length), ...parts]);
}

/** A field that holds text. */
export function text(field: number, value: string): Uint8Array<ArrayBuffer> {
  return block(field, new TextEncoder().encode(value));
}

/** A field that holds a whole number, not below 0. */
export function number(field: number, value: number): Uint8Array<ArrayBuffer> {
  return joined([varint(field * 8 + VARINT), varint(value)]);
}

/** One after the other, in memory of their own. */
export function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function endOf(
  wire: number,
  begin: number,
  size: { readonly value: number; readonly end: number } | undefined,
): number {
  if (wire === EIGHT_BYTES) return begin + 8;
  if (wire === FOUR_BYTES) return begin + 4;
  if (size === undefined) throw new RangeError(`wire type ${wire} is unknown`);
  return wire === LENGTH ? size.end + size.value : size.end;
}

/** Products instead of shifts, since lengths may exceed 31 bits; what is larger still is only skipped over. */
function varintAt(bytes: Uint8Array, at: number): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let end = at, weight = 1; end < bytes.length; end += 1, weight *= 128) {
    const byte = bytes[end] ?? 0;
    value += (byte % 128) * weight;
    if (byte < 128) return { value, end: end + 1 };
  }
  throw new RangeError('a number ends behind its message');
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Uint8Array.from([...bytes, rest]);
}
