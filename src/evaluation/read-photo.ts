import sharp from 'sharp';
import { DaylitError } from '../core/errors.js';
import type { ColourPicture } from './pictures.js';

/**
 * A daylight picture in its full size, upright, on white where it is transparent.
 * @throws DaylitError INPUT_UNREADABLE
 */
export async function readPhoto(path: string): Promise<ColourPicture> {
  try {
    const { data, info } = await sharp(path, { failOn: 'error' })
      .autoOrient()
      .flatten({ background: 'white' })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return { pixels: data, size: { width: info.width, height: info.height } };
  } catch (cause) {
    throw new DaylitError('INPUT_UNREADABLE', path, { cause });
  }
}
