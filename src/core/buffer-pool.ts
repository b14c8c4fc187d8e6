/**
 * Reused picture memory, so that a running pipeline allocates nothing per frame.
 *
 * Buffers are plain `ArrayBuffer`s of their own (never slices of a shared pool), because only those can be transferred
 * to a worker. A buffer that comes back from a worker is given back like any other.
 */
export class BufferPool {
  readonly #spare: ArrayBuffer[] = [];
  readonly #keep: number;

  /** @param keep how many spare buffers are held at most; more are left to the garbage collector. */
  constructor(keep = 8) {
    this.#keep = keep;
  }

  /** Memory of exactly `byteLength` bytes with arbitrary content. */
  take(byteLength: number): Uint8Array<ArrayBuffer> {
    const index = this.#spare.findIndex((buffer) => buffer.byteLength === byteLength);
    const [spare] = index < 0 ? [] : this.#spare.splice(index, 1);
    return new Uint8Array(spare ?? new ArrayBuffer(byteLength));
  }

  /** Takes memory back; detached buffers (transferred away) are ignored. */
  give(pixels: Uint8Array<ArrayBuffer>): void {
    if (pixels.buffer.byteLength === 0) return;
    if (this.#spare.length >= this.#keep) this.#spare.shift();
    this.#spare.push(pixels.buffer);
  }
}
