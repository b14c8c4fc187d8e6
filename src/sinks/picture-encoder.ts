import sharp, { type Sharp } from 'sharp';
import type { Size } from '../core/frame.js';
import type { PictureFormat } from './picture-names.js';

/** What becomes of an rgb24 picture in each format; `note` goes into its description. */
const ENCODERS: Readonly<Record<PictureFormat, (picture: Sharp, note: string) => Sharp>> = {
  png: (picture, note) => described(picture, note).png({ compressionLevel: 6 }),
  // 4:4:4: made-up colours have sharp edges that halved chroma would smear.
  jpeg: (picture, note) => described(picture, note).jpeg({ quality: 92, chromaSubsampling: '4:4:4' }),
  // sharp's own default for TIFF is lossy; it drops EXIF descriptions there but keeps XMP.
  tiff: (picture, note) => picture.withXmp(xmp(note)).tiff({ compression: 'lzw', predictor: 'horizontal' }),
  webp: (picture, note) => described(picture, note).webp({ quality: 92 }),
};

/**
 * An rgb24 picture (tight rows) as the bytes of a picture file. `pixels` must stay as they are until it resolves.
 * @param note what the file says about its colours; plain text without markup
 */
export function encodePicture(pixels: Uint8Array, size: Size, format: PictureFormat, note: string): Promise<Buffer> {
  return ENCODERS[format](rgb(pixels, size), note).toBuffer();
}

/** A frame of Motion JPEG: a JPEG with halved chroma, which is what its players take. */
export function encodeMotionJpeg(pixels: Uint8Array, size: Size): Promise<Buffer> {
  return rgb(pixels, size).jpeg({ quality: 92, chromaSubsampling: '4:2:0' }).toBuffer();
}

function rgb(pixels: Uint8Array, size: Size): Sharp {
  return sharp(pixels, { raw: { ...size, channels: 3 } });
}

function described(picture: Sharp, note: string): Sharp {
  return picture.withExif({ IFD0: { ImageDescription: note, Software: 'daylit' } });
}

function xmp(note: string): string {
  return `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:description><rdf:Alt>
<rdf:li xml:lang="x-default">${note}</rdf:li></rdf:Alt></dc:description></rdf:Description></rdf:RDF></x:xmpmeta>`;
}
