import { basename, dirname, extname, join, parse } from 'node:path';
import type { Frame } from '../core/frame.js';

/** How a still is coded. */
export type PictureFormat = 'png' | 'jpeg' | 'tiff' | 'webp';

const FORMATS: Readonly<Record<string, PictureFormat>> = {
  '.png': 'png',
  '.jpg': 'jpeg',
  '.jpeg': 'jpeg',
  '.tif': 'tiff',
  '.tiff': 'tiff',
  '.webp': 'webp',
};

/** One `%d` or `%05d` in a name. */
const NUMBER = /^(?<before>[^%]*)%(?:0(?<digits>[1-9]))?d(?<after>[^%]*)$/s;

/** The format that a picture's name asks for; undefined where it is not a picture's name. */
export function pictureFormatOf(path: string): PictureFormat | undefined {
  return FORMATS[extname(path).toLowerCase()];
}

/** Whether a path names many pictures by one number, such as `out/%05d.png`. */
export function isPattern(path: string): boolean {
  return NUMBER.test(basename(path)) && pictureFormatOf(path) !== undefined;
}

/** The pattern's picture of this number (from 0, a safe integer). */
export function numberedPath(pattern: string, number: number): string {
  const { before = '', digits = '1', after = '' } = NUMBER.exec(basename(pattern))?.groups ?? {};
  return join(dirname(pattern), `${before}${String(number).padStart(Number(digits), '0')}${after}`);
}

/** The number that makes the pattern into this file name; undefined where none does. */
export function numberIn(pattern: string, name: string): number | undefined {
  const { before = '', after = '' } = NUMBER.exec(basename(pattern))?.groups ?? {};
  if (name.length < before.length + after.length || !name.startsWith(before) || !name.endsWith(after)) return undefined;
  const digits = name.slice(before.length, name.length - after.length);
  if (!/^\d+$/.test(digits)) return undefined;
  const number = Number(digits);
  return basename(numberedPath(pattern, number)) === name ? number : undefined;
}

/**
 * Name of a frame's picture in a folder: that of the still it came from, in the same format where that can be written
 * and as PNG otherwise; frames of a video are counted from `000001.png`.
 */
export function pictureNameFor({ name, sequence }: Pick<Frame, 'name' | 'sequence'>): string {
  if (name === undefined) return `${String(sequence + 1).padStart(6, '0')}.png`;
  const file = basename(name);
  return pictureFormatOf(file) === undefined ? `${parse(file).name}.png` : file;
}
