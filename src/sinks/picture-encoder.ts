import sharp, { type Sharp } from 'sharp';
import type { Size } from '../core/frame.js';
import type { PictureFormat } from './picture-names.js';

/** What becomes of an rgb24 picture in each format. */
const ENCODERS: Readonly<Record<PictureFormat, (picture: Sharp) => Sharp>> = {
  png: (picture) => picture.png({ compressionLevel: 6 }),
  // 4:4:4: made-up colours have sharp edges that halved chroma would smear.
  jpeg: (picture) => picture.jpeg({ quality: 92, chromaSubsampling: '4:4:4' }),
  // sharp's own default for TIFF is lossy.
  tiff: (picture) => picture.tiff({ compression: 'lzw', predictor: 'horizontal' }),
  webp: (picture) => picture.webp({ quality: 92 }),
};

/**
 * An rgb24 picture (tight rows) as the bytes of a picture file. `pixels` must stay as they are until it resolves.
 * @param note goes into the picture's EXIF description
 */
export function encodePicture(pixels: Uint8Array, size: Size, format: PictureFormat, note: string): Promise<Buffer> {
  const picture = sharp(pixels, { raw: { ...size, channels: 3 } }).withExif({
    IFD0: { ImageDescription: note, Software: 'daylit' },
  });
  return ENCODERS[format](picture).toBuffer();
}

/** A frame of Motion JPEG: a JPEG with halved chroma, which is what its players take. */
export function encodeMotionJpeg(pixels: Uint8Array, size: Size): Promise<Buffer> {
  return sharp(pixels, { raw: { ...size, channels: 3 } })
    .jpeg({ quality: 92, chromaSubsampling: '4:2:0' })
    .toBuffer();
}
