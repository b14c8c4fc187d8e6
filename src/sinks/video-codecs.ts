import type { Rational, Size } from '../core/frame.js';

/** How the colours of the coded picture relate to the rgb24 that comes in. */
type Colours =
  /** BT.709 matrix, limited range (16–235), tagged so: what players assume of HD video. */
  | 'bt709-limited'
  /** BT.601 matrix, full range: what JPEG means (JFIF). */
  | 'jpeg'
  /** As it came. */
  | 'rgb';

/** The settings of one encoding; those that the codec has are filled in. */
export interface EncoderSettings {
  readonly crf?: number | undefined;
  readonly preset?: string | undefined;
  /** Declared mean rate; only rate control looks at it. */
  readonly frameRate?: Rational | undefined;
}

/** A way to code moving pictures. */
export interface VideoCodec {
  /** ffmpeg's name of the encoder. */
  readonly encoder: string;
  readonly pixelFormat: string;
  readonly colours: Colours;
  /** Range of `crf` and what is taken without one; smaller is better and larger. Missing: the codec has no such dial. */
  readonly crf?: { readonly usual: number; readonly max: number };
  /** Names that `preset` takes, and which is taken without one. */
  readonly presets?: { readonly usual: string; readonly names: readonly string[] };
  /** The filter that brings pictures to a device. */
  readonly upload?: string;
  /** Options for pictures that are watched as they come, and for those that must only come out in order. */
  readonly live?: { readonly promptly: readonly string[]; readonly inOrder: readonly string[] };
  /** Options of the encoder itself. */
  options(settings: EncoderSettings): readonly string[];
}

const X26X_PRESETS = {
  usual: 'veryfast',
  names: ['ultrafast', 'superfast', 'veryfast', 'faster', 'fast', 'medium', 'slow', 'slower', 'veryslow'],
} as const;

const X26X_LIVE = { promptly: ['-tune', 'zerolatency'], inOrder: ['-bf', '0'] } as const;

/**
 * What `--codec` takes, besides an encoder in hardware (hardware-codec.ts).
 *
 * x264 is told the frame rate outright: with an exact encoder time base the 2018 ffmpeg takes one tick for one frame
 * (90,000 a second) and tags the stream level 6.2, which hardware players refuse.
 */
export const VIDEO_CODECS = {
  h264: {
    encoder: 'libx264',
    pixelFormat: 'yuv420p',
    colours: 'bt709-limited',
    crf: { usual: 18, max: 51 },
    presets: X26X_PRESETS,
    live: X26X_LIVE,
    options: (settings) => [...quality(settings), '-x264-params', rate(settings)],
  },
  h265: {
    encoder: 'libx265',
    pixelFormat: 'yuv420p',
    colours: 'bt709-limited',
    crf: { usual: 22, max: 51 },
    presets: X26X_PRESETS,
    live: X26X_LIVE,
    options: (settings) => [...quality(settings), '-x265-params', `log-level=error:${rate(settings)}`],
  },
  vp9: {
    encoder: 'libvpx-vp9',
    pixelFormat: 'yuv420p',
    colours: 'bt709-limited',
    crf: { usual: 28, max: 63 },
    options: (settings) => [
      ...quality(settings),
      ...['-b:v', '0', '-deadline', 'good', '-cpu-used', '4', '-row-mt', '1'],
    ],
  },
  ffv1: {
    encoder: 'ffv1',
    pixelFormat: 'bgr0',
    colours: 'rgb',
    options: () => ['-level', '3', '-g', '1', '-slices', '4', '-slicecrc', '1'],
  },
  mjpeg: {
    encoder: 'mjpeg',
    pixelFormat: 'yuvj420p',
    colours: 'jpeg',
    options: () => ['-q:v', '2'],
  },
  prores: {
    encoder: 'prores_ks',
    pixelFormat: 'yuv422p10le',
    colours: 'bt709-limited',
    options: () => ['-profile:v', '3'],
  },
} as const satisfies Record<string, VideoCodec>;

/** A name that `--codec` takes. */
export type VideoCodecName = keyof typeof VIDEO_CODECS;

/**
 * Filter chain and tags that bring rgb24 pictures of `size` into the codec's colours.
 *
 * Subsampled chroma needs even sides. An odd side gets one more pixel that repeats the edge; nothing is scaled. (The
 * other way, 4:4:4, keeps the size but most hardware players cannot decode it.) The tags are set twice because old
 * ffmpeg takes them from the encoder's options and new ffmpeg from the pictures.
 */
export function colourOptions(codec: VideoCodec, size: Size): readonly string[] {
  const format = `format=${codec.pixelFormat}`;
  if (codec.colours === 'rgb') return ['-filter:v', format];
  const even = evenSides(size);
  if (codec.colours === 'jpeg') {
    const chain = [...even, 'scale=out_color_matrix=bt601:out_range=pc', format];
    return ['-filter:v', chain.join(','), '-color_range', 'pc'];
  }
  const chain = [
    ...even,
    'scale=out_color_matrix=bt709:out_range=tv',
    format,
    'setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709',
    ...(codec.upload === undefined ? [] : [codec.upload]),
  ];
  const tags = ['-color_range', 'tv', '-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709'];
  return ['-filter:v', chain.join(','), ...tags];
}

function evenSides({ width, height }: Size): readonly string[] {
  const [right, bottom] = [width % 2, height % 2];
  if (right + bottom === 0) return [];
  return [
    'format=gbrp', // fillborders takes planar pictures only
    `pad=iw+${right}:ih+${bottom}`,
    `fillborders=right=${right}:bottom=${bottom}:mode=smear`,
  ];
}

function quality({ crf, preset }: EncoderSettings): readonly string[] {
  return [...(preset === undefined ? [] : ['-preset', preset]), ...(crf === undefined ? [] : ['-crf', String(crf)])];
}

/** 25 frames a second where the source declares nothing, as ffmpeg assumes too. */
function rate({ frameRate = { numerator: 25, denominator: 1 } }: EncoderSettings): string {
  return `fps=${frameRate.numerator}/${frameRate.denominator}`;
}
