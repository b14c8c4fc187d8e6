import { joinTokens, type KeyedTokens, type Tokens } from './tokens.js';
import type { Manifest } from './manifest.js';

/** Bytes of joined tokens that are kept at hand: some 400 photos with the model that ships. */
const MOST_BYTES = 32 << 20;

/**
 * The reference sets of all streams, each joined once: cameras that look at the same photos share their tokens. Those
 * not asked for the longest go first; a stream that still uses one keeps it alive by itself.
 */
export class TokenShelf {
  readonly #manifest: Manifest;
  readonly #none: Tokens;
  readonly #mostBytes: number;
  /** In the order of use, the newest last. */
  readonly #sets = new Map<string, Tokens>();
  #bytes = 0;

  /** @param none the learned tokens for 'no reference' */
  constructor(manifest: Manifest, none: Tokens, mostBytes = MOST_BYTES) {
    this.#manifest = manifest;
    this.#none = none;
    this.#mostBytes = mostBytes;
  }

  /** Bytes that are held now. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The photos as one set; the very same object for the same photos in the same order, while it is held. */
  set(photos: readonly KeyedTokens[]): Tokens {
    if (photos.length === 0) return this.#none;
    const key = photos.map((photo) => photo.key).join('+');
    const known = this.#sets.get(key);
    if (known !== undefined) this.#sets.delete(key);
    else this.#bytes += bytesOf(photos);
    const tokens =
      known ??
      joinTokens(
        this.#manifest,
        photos.map((photo) => photo.tokens),
      );
    this.#sets.set(key, tokens);
    this.#trim(key);
    return tokens;
  }

  #trim(newest: string): void {
    for (const [key, tokens] of this.#sets) {
      if (this.#bytes <= this.#mostBytes || key === newest) return;
      this.#sets.delete(key);
      this.#bytes -= bytesOf([{ tokens }]);
    }
  }
}

function bytesOf(photos: readonly { readonly tokens: Tokens }[]): number {
  return photos.flatMap(({ tokens }) => Object.values(tokens)).reduce((sum, { data }) => sum + data.byteLength, 0);
}
