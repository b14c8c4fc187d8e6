import type { Rational, Size } from '../core/frame.js';
import { exactRate } from './frame-rate.js';

/** What ffmpeg prints about the tracks of an input, understood. */
export interface InputDescription {
  readonly video?: VideoDescription;
  readonly durationSeconds?: number;
  /** Codecs of the other tracks, as ffmpeg spells them. */
  readonly audio: readonly string[];
  readonly subtitles: readonly string[];
  /** The first stream of KLV, as a specifier of it among the input's streams. */
  readonly klv?: string;
}

export interface VideoDescription {
  readonly codec: string;
  /** As ffmpeg spells it: `yuv420p`, `gray16le` …. */
  readonly pixelFormat: string;
  /** Bits of a sample. */
  readonly bitDepth: number;
  /** Whether the format has no colour channels at all. */
  readonly grey: boolean;
  /** How luma is stored, as declared: 16 to 235, or all of 0 to 255 (and their like at more bits). */
  readonly range: 'limited' | 'full' | 'unknown';
  /** As decoded: upright, that is, after `rotation`. */
  readonly size: Size;
  /** Degrees by which players turn the stored picture; ffmpeg turns it while decoding. */
  readonly rotation: 0 | 90 | 180 | 270;
  readonly frameRate?: Rational;
}

const TRACK = /^\s*Stream #0:\d+.*?: (Video|Audio|Subtitle): (.*)$/;
/** With the number of the stream, and the PID where it has one. */
const KLV = /^\s*Stream #0:(\d+)(?:\[(0x[0-9a-f]+)\])?.*?: Data: klv\b/;
const SIZE = /^(\d+)x(\d+)\b/;

/**
 * Reads the description of the first input out of the lines that `ffmpeg -i` prints, in the wording of ffmpeg 4 to 9.
 * (There may be no ffprobe: the bundled ffmpeg comes without.)
 */
export function describeInput(lines: readonly string[]): InputDescription {
  const audio: string[] = [];
  const subtitles: string[] = [];
  let video: VideoDescription | undefined;
  let durationSeconds: number | undefined;
  let klv: string | undefined;
  for (const line of inputLines(lines)) {
    const duration = /^\s*Duration: (\d+):(\d+):(\d+(?:\.\d+)?)/.exec(line);
    if (duration !== null) {
      durationSeconds = Number(duration[1]) * 3600 + Number(duration[2]) * 60 + Number(duration[3]);
    }
    const turn = /^\s*(?:displaymatrix|Display Matrix): rotation of (-?\d+(?:\.\d+)?) degrees/i.exec(line);
    if (turn !== null && video?.rotation === 0) video = turned(video, Number(turn[1]));
    const [, stream, pid] = KLV.exec(line) ?? [];
    if (stream !== undefined) klv ??= pid === undefined ? stream : `i:${pid}`;
    const [, kind, text = ''] = TRACK.exec(line) ?? [];
    const codec = /^[\w-]+/.exec(text)?.[0] ?? 'unknown';
    if (kind === 'Audio') audio.push(codec);
    if (kind === 'Subtitle') subtitles.push(codec);
    // A cover picture is no video.
    if (kind === 'Video' && !text.includes('(attached pic)')) video ??= describeVideo(codec, text);
  }
  return {
    audio,
    subtitles,
    ...(video === undefined ? {} : { video }),
    ...(durationSeconds === undefined ? {} : { durationSeconds }),
    ...(klv === undefined ? {} : { klv }),
  };
}

function inputLines(lines: readonly string[]): readonly string[] {
  const start = lines.findIndex((line) => line.startsWith('Input #0'));
  if (start < 0) return [];
  const end = lines.findIndex((line, index) => index > start && /^(?:Output #|Stream mapping)/.test(line));
  return lines.slice(start, end < 0 ? undefined : end);
}

function describeVideo(codec: string, text: string): VideoDescription | undefined {
  // codec (profile) (tag), pixel format(range, colours), size [aspect], rates …
  const fields = text.split(/,\s*(?![^([]*[)\]])/);
  const sizeField = fields.findIndex((field) => SIZE.test(field));
  const [, width, height] = SIZE.exec(fields[sizeField] ?? '') ?? [];
  if (width === undefined || height === undefined) return undefined;
  const format = fields[sizeField - 1] ?? '';
  const pixelFormat = /^\w+/.exec(format)?.[0] ?? 'unknown';
  const rate = /(?:^|\s)([\d.]+k?) fps/.exec(text)?.[1] ?? /(?:^|\s)([\d.]+k?) tbr/.exec(text)?.[1];
  const frameRate =
    rate === undefined ? undefined : exactRate(Number(rate.replace('k', '')) * (rate.endsWith('k') ? 1000 : 1));
  return {
    codec,
    pixelFormat,
    bitDepth: bitDepthOf(pixelFormat),
    grey: /^(?:gray|ya|mono)/.test(pixelFormat),
    range: rangeOf(pixelFormat, format),
    size: { width: Number(width), height: Number(height) },
    rotation: 0,
    ...(frameRate === undefined ? {} : { frameRate }),
  };
}

function bitDepthOf(pixelFormat: string): number {
  if (/^(?:rgb|bgr)a?48|^(?:rgb|bgr)a64/.test(pixelFormat)) return 16;
  return Number(/(9|10|12|14|16|32)(?:le|be)$/.exec(pixelFormat)?.[1] ?? 8);
}

function rangeOf(pixelFormat: string, field: string): VideoDescription['range'] {
  if (/\(pc\b/.test(field) || pixelFormat.startsWith('yuvj') || pixelFormat.startsWith('gray')) return 'full';
  return /\(tv\b/.test(field) ? 'limited' : 'unknown';
}

function turned(video: VideoDescription, degrees: number): VideoDescription {
  const quarters = (((Math.round(degrees / 90) % 4) + 4) % 4) as 0 | 1 | 2 | 3;
  const { width, height } = video.size;
  const size = quarters % 2 === 1 ? { width: height, height: width } : video.size;
  return { ...video, size, rotation: ([0, 90, 180, 270] as const)[quarters] };
}
