import { present } from '../core/present.js';
import type { FfmpegSearch } from '../ffmpeg/binary.js';
import type { HardwareEncoder } from '../ffmpeg/hardware-trial.js';
import type { VideoCodec } from './video-codecs.js';

/** What `--codec` takes for H.264 by an encoder in hardware. */
export const HARDWARE = 'hardware';

/** Which ffmpeg is looked for: with `--codec hardware` one that codes in hardware. */
export function ffmpegFor(options: {
  readonly ffmpeg?: string | undefined;
  readonly codec?: string | undefined;
}): FfmpegSearch {
  return { ...present({ path: options.ffmpeg }), hardware: options.codec === HARDWARE };
}

interface Dials {
  /** Constant quality on x264's scale, or a rate where the encoder has no such dial. */
  readonly quality: (crf: number) => readonly string[];
  /** No picture waits for another. */
  readonly promptly: readonly string[];
}

const DIALS: Readonly<Record<HardwareEncoder['name'], Dials>> = {
  h264_nvenc: {
    quality: (crf) => ['-rc', 'vbr', '-cq', String(crf), '-b:v', '0'],
    promptly: ['-bf', '0', '-delay', '0', '-zerolatency', '1'],
  },
  h264_vaapi: { quality: (crf) => ['-qp', String(crf)], promptly: ['-bf', '0'] },
  h264_videotoolbox: { quality: () => ['-b:v', '6M'], promptly: ['-bf', '0', '-realtime', '1'] },
};

/** How pictures are coded by an encoder that has proved itself. It takes `crf` as far as it has such a dial. */
export function hardwareCodec({ name, device, pixelFormat, upload }: HardwareEncoder): VideoCodec {
  const { quality, promptly } = DIALS[name];
  return {
    encoder: name,
    pixelFormat,
    colours: 'bt709-limited',
    ...(upload ? { upload: 'hwupload' } : {}),
    live: { promptly, inOrder: ['-bf', '0'] },
    options: ({ crf = 0 }) => [...device, ...quality(crf)],
  };
}
