import sharp from 'sharp';
import { DaylitError } from './core/errors.js';
import type { Reference } from './model/reference-photo.js';
import { renderDaylight } from './sources/synthetic/source.js';

/** A reference as users name it: a photo's path, or `synthetic:…` for that scene's own daylight view. */
export function referenceFrom(address: string): Reference {
  return address.startsWith('synthetic:') ? renderDaylight(address, 0) : address;
}

/**
 * Saves a synthetic scene's daylight view as a JPEG photo.
 * @throws DaylitError OPTION_INVALID, OUTPUT_UNWRITABLE
 */
export async function savePhoto(address: string, path: string): Promise<void> {
  const { pixels, size } = renderDaylight(address, 0);
  try {
    await sharp(pixels, { raw: { ...size, channels: 3 } })
      .jpeg({ quality: 92 })
      .toFile(path);
  } catch (cause) {
    throw new DaylitError('OUTPUT_UNWRITABLE', path, { cause });
  }
}
