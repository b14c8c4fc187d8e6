import { readFile } from 'node:fs/promises';
import sharp, { type Metadata, type Sharp } from 'sharp';
import type { BufferPool } from '../core/buffer-pool.js';
import { DaylitError } from '../core/errors.js';
import { byteLengthOf, type Frame, type PixelFormat, type Size } from '../core/frame.js';
import { isJpeg } from '../thermal/jpeg-segments.js';
import { hasColour } from '../thermal/palette-detection.js';
import { applyLuma } from '../thermal/palette-inversion.js';
import { readRadiometric } from './still-radiometric.js';

/** Pixels of one picture from a file, and what its counts mean. */
export type Still = Pick<Frame, 'pixels' | 'format' | 'size' | 'radiometry'>;

/** An opened picture file; most have one page, multi-page TIFFs more. */
export interface StillFile {
  readonly pages: number;
  /**
   * Decodes a page (from 0) into memory of the pool.
   * @throws DaylitError of the INPUT family
   */
  read(page: number): Promise<Still>;
}

/** Longest side that is taken, in pixels. */
const LONGEST_SIDE = 8192;
/** Longest file that Node reads into one buffer. */
const LONGEST_FILE = 2 ** 31 - 1;

/**
 * Opens a picture file: 8- and 16-bit PNG and TIFF, JPEG (with the raw picture of FLIR and DJI thermal cameras, where
 * there is one), WebP, AVIF. Nothing is decoded yet.
 *
 * @throws DaylitError INPUT_NOT_FOUND, INPUT_UNREADABLE, INPUT_TOO_LARGE, INPUT_DAMAGED
 */
export async function openStill(path: string, pool: BufferPool): Promise<StillFile> {
  const bytes = await bytesOf(path);
  const metadata = await metadataOf(bytes, path);
  const { width, height } = metadata;
  if (Math.max(width, height) > LONGEST_SIDE) throw new DaylitError('INPUT_TOO_LARGE', `${path}: ${width}×${height}`);
  return {
    pages: metadata.format === 'tiff' ? Math.max(1, metadata.pages ?? 1) : 1,
    read: async (page) => {
      try {
        const radiometric = isJpeg(bytes) ? await readRadiometric(bytes, { width, height }) : undefined;
        return radiometric === undefined
          ? await decoded(bytes, metadata, page, pool)
          : pooled(radiometric, 'gray16le', pool);
      } catch (thrown) {
        if (thrown instanceof DaylitError)
          throw new DaylitError(thrown.code, `${path}: ${detailOf(thrown)}`, { cause: thrown });
        throw new DaylitError('INPUT_DAMAGED', path, { cause: thrown });
      }
    },
  };
}

async function bytesOf(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new DaylitError('INPUT_NOT_FOUND', path, { cause: thrown });
    if (code === 'ERR_FS_FILE_TOO_LARGE') {
      throw new DaylitError('INPUT_TOO_LARGE', path, {
        cause: thrown,
        hint: `Picture files up to ${LONGEST_FILE} bytes are taken.`,
      });
    }
    throw new DaylitError('INPUT_UNREADABLE', path, { cause: thrown });
  }
}

async function metadataOf(bytes: Buffer, path: string): Promise<Metadata> {
  try {
    // The size is judged here, by our own limit and with our own error.
    return await sharp(bytes, { limitInputPixels: false }).metadata();
  } catch (thrown) {
    throw new DaylitError(beginsAsPicture(bytes) ? 'INPUT_DAMAGED' : 'INPUT_UNREADABLE', path, { cause: thrown });
  }
}

/** Signatures of PNG, JPEG and TIFF: a file that begins so but cannot be read is damaged, any other no picture. */
function beginsAsPicture(bytes: Buffer): boolean {
  const signatures = ['89504e47', 'ffd8ff', '49492a00', '4d4d002a'];
  return signatures.some((signature) => bytes.subarray(0, signature.length / 2).toString('hex') === signature);
}

async function decoded(bytes: Buffer, metadata: Metadata, page: number, pool: BufferPool): Promise<Still> {
  const upright = sharp(bytes, { limitInputPixels: false, ...(page === 0 ? {} : { page }) })
    .autoOrient()
    .removeAlpha();
  const { depth, channels, space } = metadata;
  if (depth === 'float' || depth === 'double' || depth === 'complex' || depth === 'dpcomplex') {
    throw new DaylitError('INPUT_UNSUPPORTED', 'floating-point pixels');
  }
  const grey = channels <= 2 && space !== 'cmyk';
  if (grey && depth !== 'uchar') {
    // Anything but this exact chain gives 8-bit RGB without a word.
    return pooled(await raw(upright.toColourspace('grey16').raw({ depth: 'ushort' })), 'gray16le', pool);
  }
  if (grey) return pooled(await raw(upright.toColourspace('b-w').raw()), 'gray8', pool);
  const colour = await raw(upright.toColourspace('srgb').raw());
  if (hasColour(colour.data, colour.size)) return pooled(colour, 'rgb24', pool);
  const pixels = pool.take(byteLengthOf('gray8', colour.size));
  applyLuma(colour.data, pixels);
  return { pixels, format: 'gray8', size: colour.size };
}

async function raw(chain: Sharp): Promise<{ data: Buffer; size: Size }> {
  const { data, info } = await chain.toBuffer({ resolveWithObject: true });
  return { data, size: { width: info.width, height: info.height } };
}

function pooled(
  picture: { readonly data: Uint8Array; readonly size: Size; readonly radiometry?: Still['radiometry'] },
  format: PixelFormat,
  pool: BufferPool,
): Still {
  const { data, size, radiometry } = picture;
  const length = byteLengthOf(format, size);
  if (data.length !== length) {
    throw new DaylitError('INPUT_UNSUPPORTED', `${data.length} bytes for ${size.width}×${size.height} of ${format}`);
  }
  const pixels = pool.take(length);
  pixels.set(data);
  return { pixels, format, size, ...(radiometry === undefined ? {} : { radiometry }) };
}

/** What an error says beyond its table entry's message. */
function detailOf(error: DaylitError): string {
  return error.message.slice(error.message.indexOf(': ') + 2);
}
