/** A piece of coded video. */
export interface VideoPiece {
  /** Whether decoding may begin here. */
  readonly keyframe: boolean;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** A group of pictures lasts a second or so; more than this is kept of none. */
const MOST_PIECES = 300;
const MOST_BYTES = 8 * 1024 * 1024;

/** The newest group of pictures: what a viewer that comes late needs to see at once what the others see. */
export class GopCache<T extends VideoPiece> {
  #pieces: T[] = [];
  #bytes = 0;

  /** From a keyframe on, without gaps; empty before the first, and where a group is too long to be kept. */
  get pieces(): readonly T[] {
    return this.#pieces;
  }

  push(piece: T): void {
    if (piece.keyframe) this.clear();
    else if (this.#pieces.length === 0) return;
    this.#pieces.push(piece);
    this.#bytes += piece.bytes.length;
    if (this.#pieces.length > MOST_PIECES || this.#bytes > MOST_BYTES) this.clear();
  }

  clear(): void {
    this.#pieces = [];
    this.#bytes = 0;
  }
}
