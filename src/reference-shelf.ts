import sharp from 'sharp';
import { DaylitError } from './core/errors.js';
import type { Reference, RgbPicture } from './model/reference-photo.js';

/** Photos kept; beyond it the oldest that is not in use goes. */
const KEPT = 12;
/** Pixels that an uploaded photo may have: the largest cameras. */
const MOST_PIXELS = 120_000_000;
/** Longer side of what is kept of a photo, in pixels; the encoder looks at far less. */
const KEPT_SIDE = 1024;
const PREVIEW_SIDE = 480;
/** What photos come as; never drawings or documents, whose decoders do much more. */
const PHOTO_FORMATS: readonly (string | undefined)[] = ['jpeg', 'png', 'webp', 'tiff', 'heif', 'avif'];

/** A photo as it is listed. */
export interface ShelvedPhoto {
  readonly id: string;
  readonly name: string;
  readonly inUse: boolean;
}

/** A photo and how people call it. */
export interface NamedPhoto {
  readonly name: string;
  readonly reference: Reference;
  /** Where it comes from and can be had again: a path or `synthetic:…`. */
  readonly address?: string | undefined;
}

interface Photo extends NamedPhoto {
  readonly id: string;
}

/**
 * The daylight photos of one camera, in memory: some in use, others at hand. Changes happen one after another, each
 * whole or not at all.
 */
export class ReferenceShelf {
  readonly #apply: (references: readonly Reference[]) => Promise<void>;
  readonly #onChange: () => void;
  readonly #photos: Photo[] = [];
  #inUse: readonly string[];
  #count = 0;
  #last: Promise<unknown> = Promise.resolve();

  /**
   * @param inUse photos that the camera is coloured after already, with their names
   * @param apply makes the camera be coloured after these; rejects with a DaylitError, and then those before stay
   * @param onChange told when the list is another
   */
  constructor(
    inUse: readonly NamedPhoto[],
    apply: (references: readonly Reference[]) => Promise<void>,
    onChange: () => void,
  ) {
    this.#apply = apply;
    this.#onChange = onChange;
    this.#inUse = inUse.map((photo) => this.#shelve(photo).id);
  }

  /** All photos, oldest first. */
  list(): readonly ShelvedPhoto[] {
    return this.#photos.map(({ id, name }) => ({ id, name, inUse: this.#inUse.includes(id) }));
  }

  /** Where all photos can be had again that can. */
  addresses(): readonly string[] {
    return this.#photos.flatMap(({ address }) => (address === undefined ? [] : [address]));
  }

  /** The same of those in use; undefined where one of them cannot be had again. */
  addressesInUse(): readonly string[] | undefined {
    const addresses = this.#inUse.map((id) => this.#find(id).address).filter((address) => address !== undefined);
    return addresses.length === this.#inUse.length ? addresses : undefined;
  }

  /**
   * Adds a photo and colours after it alone from now on.
   * @param bytes a JPEG, PNG, WebP, TIFF or AVIF file
   * @param save keeps the file; gives where
   * @throws DaylitError REFERENCE_UNREADABLE, and what colouring after it fails with; then nothing has changed
   */
  add(name: string, bytes: Uint8Array, save?: () => Promise<string>): Promise<ShelvedPhoto> {
    return this.#inTurn(async () => {
      const reference = await decoded(name, bytes);
      const address = await save?.();
      await this.#apply([reference]);
      const { id } = this.#shelve({ name, reference, address });
      this.#inUse = [id];
      this.#onChange();
      return { id, name, inUse: true };
    });
  }

  /**
   * Colours after these photos together; after none, by what the model knows.
   * @throws DaylitError NOT_SERVED for an id that there is not
   */
  use(ids: readonly string[]): Promise<void> {
    return this.#inTurn(async () => {
      await this.#apply(ids.map((id) => this.#find(id).reference));
      this.#inUse = [...ids];
      this.#onChange();
    });
  }

  /** Forgets a photo; if it is in use, those that are left colour. @throws DaylitError NOT_SERVED */
  remove(id: string): Promise<void> {
    return this.#inTurn(async () => {
      const photo = this.#find(id);
      const left = this.#inUse.filter((other) => other !== id);
      if (left.length < this.#inUse.length) await this.#apply(left.map((other) => this.#find(other).reference));
      this.#inUse = left;
      this.#photos.splice(this.#photos.indexOf(photo), 1);
      this.#onChange();
    });
  }

  /** A small JPEG of a photo. @throws DaylitError NOT_SERVED, REFERENCE_UNREADABLE */
  async preview(id: string): Promise<Buffer> {
    const { name, reference } = this.#find(id);
    const photo =
      typeof reference === 'string'
        ? sharp(reference, { limitInputPixels: MOST_PIXELS })
        : sharp(reference.pixels, { raw: { ...reference.size, channels: 3 } });
    try {
      return await photo
        .autoOrient()
        .flatten({ background: 'white' })
        .resize(PREVIEW_SIDE, PREVIEW_SIDE, { fit: 'inside', withoutEnlargement: true })
        .jpeg({ quality: 80 })
        .toBuffer();
    } catch (thrown) {
      throw unreadable(name, thrown);
    }
  }

  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(change);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  #shelve(named: NamedPhoto): Photo {
    this.#count += 1;
    const photo = { ...named, id: `r${this.#count}` };
    this.#photos.push(photo);
    if (this.#photos.length > KEPT) {
      const oldest = this.#photos.findIndex(({ id }) => id !== photo.id && !this.#inUse.includes(id));
      if (oldest >= 0) this.#photos.splice(oldest, 1);
    }
    return photo;
  }

  #find(id: string): Photo {
    const photo = this.#photos.find((candidate) => candidate.id === id);
    if (photo === undefined) throw new DaylitError('NOT_SERVED', `photo ${id}`);
    return photo;
  }
}

async function decoded(name: string, bytes: Uint8Array): Promise<RgbPicture> {
  try {
    const limits = { limitInputPixels: MOST_PIXELS, failOn: 'error' } as const;
    const { format } = await sharp(bytes, limits).metadata();
    if (!PHOTO_FORMATS.includes(format)) throw new Error(`${format} is no format of photos`);
    const { data, info } = await sharp(bytes, limits)
      .autoOrient()
      .flatten({ background: 'white' })
      .resize(KEPT_SIDE, KEPT_SIDE, { fit: 'inside', withoutEnlargement: true })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    if (info.channels !== 3) throw new Error(`it has ${info.channels} channels`);
    return { pixels: new Uint8Array(data), size: { width: info.width, height: info.height } };
  } catch (thrown) {
    throw unreadable(name, thrown);
  }
}

function unreadable(name: string, thrown: unknown): DaylitError {
  const reason = thrown instanceof Error ? (thrown.message.split('\n')[0] ?? '') : String(thrown);
  return new DaylitError('REFERENCE_UNREADABLE', `${name}: ${reason}`, { cause: thrown });
}
