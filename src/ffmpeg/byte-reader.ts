/**
 * Reads the notation of NUT from bytes. Once a read has failed every further one gives 0, so that a header is read
 * without a question after each field and judged once at its end.
 */
export class ByteReader {
  position: number;
  readonly #bytes: Uint8Array;
  #failure: 'short' | 'damaged' | undefined;

  constructor(bytes: Uint8Array, start = 0) {
    this.#bytes = bytes;
    this.position = start;
  }

  /** `short`: reading ran past the bytes that are there. `damaged`: a number cannot be right. */
  get failed(): 'short' | 'damaged' | undefined {
    return this.#failure;
  }

  get left(): number {
    return this.#bytes.length - this.position;
  }

  byte(): number {
    if (this.left < 1) this.#failure ??= 'short';
    return this.#failure === undefined ? (this.#bytes[this.position++] ?? 0) : 0;
  }

  /** Variable-length number below 2^53; larger ones do not occur in sound streams of pictures. */
  varint(): number {
    let value = 0;
    for (;;) {
      const byte = this.byte();
      value = value * 128 + (byte & 0x7f);
      if (!Number.isSafeInteger(value)) this.#failure ??= 'damaged';
      if (this.#failure !== undefined) return 0;
      if (byte < 0x80) return value;
    }
  }

  /** Written as 0, 1, 2, 3, 4 … for 0, 1, -1, 2, -2 …. */
  signedVarint(): number {
    const value = this.varint();
    return value % 2 === 1 ? (value + 1) / 2 : -value / 2;
  }

  /** A length and as many bytes; shares memory. */
  block(): Uint8Array {
    const length = this.varint();
    if (length > this.left) this.#failure ??= 'short';
    if (this.#failure !== undefined) return new Uint8Array(0);
    this.position += length;
    return this.#bytes.subarray(this.position - length, this.position);
  }

  uint32(): number {
    return ((this.byte() << 24) | (this.byte() << 16) | (this.byte() << 8) | this.byte()) >>> 0;
  }
}
