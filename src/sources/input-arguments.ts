import type { PixelFormat } from '../core/frame.js';
import { fileAddress, type FfmpegEnd } from '../ffmpeg/command.js';

/** How luma is stored: 16 to 235, all of 0 to 255, or as the file itself declares. */
export type LumaRange = 'auto' | 'limited' | 'full';

const FFMPEG_FORMAT: Readonly<Record<PixelFormat, string>> = { gray8: 'gray', gray16le: 'gray16le', rgb24: 'rgb24' };

/** From limited to full range, at any bit depth. */
const EXPAND = "lut=c0='clip((val-16*(maxval+1)/256)*maxval/(219*(maxval+1)/256),0,maxval)'";

/**
 * A local video file. `-copyts` keeps its own times. A file that refers to others may name files only: opening a
 * recording must never reach into the network.
 *
 * @param startAt presentation time in seconds: begins with the keyframe at or before it
 */
export function fileInput(path: string, startAt?: number): FfmpegEnd {
  // Neither `-accurate_seek`, which counts the file's own start twice beside `-copyts`, nor a time relative to it.
  const seek = startAt === undefined ? [] : ['-noaccurate_seek', '-seek_timestamp', '1', '-ss', startAt.toFixed(6)];
  return { address: fileAddress(path), options: ['-copyts', '-protocol_whitelist', 'file,pipe', ...seek] };
}

/**
 * Filters that give pictures of a format with black at 0 and white at the top.
 *
 * Where the range is left to the file, ffmpeg's own conversion does right: grey formats and those tagged full are kept,
 * the others expanded. Where it is told, luma is first taken as it is stored, whatever its tag.
 */
export function pictureFilters(format: PixelFormat, range: LumaRange): string {
  const wanted = `format=${FFMPEG_FORMAT[format]}`;
  if (range === 'auto') return wanted;
  // Coloured pictures are made of luma and chroma together, so only ffmpeg's own conversion can expand them.
  if (format === 'rgb24') return `scale=in_range=${range === 'full' ? 'pc' : 'tv'},${wanted}`;
  const stored = `scale=in_range=pc:out_range=pc,${wanted}`;
  return range === 'full' ? stored : `${stored},${EXPAND}`;
}

/**
 * Options that give the first video track as raw pictures.
 *
 * @param every 1 for all frames, n for each nth
 */
export function rawPictures(format: PixelFormat, range: LumaRange, every = 1): string[] {
  const chosen = every === 1 ? '' : `select=not(mod(n\\,${every})),`;
  return ['-map', '0:V:0', '-vf', chosen + pictureFilters(format, range), '-c:v', 'rawvideo', '-f', 'nut'];
}
