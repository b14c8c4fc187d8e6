import { BufferPool } from './core/buffer-pool.js';
import { systemClock } from './core/clock.js';
import type { Colorizer as ColorizerContract, Sink, Source, SourceInfo } from './core/contracts.js';
import { present } from './core/present.js';
import { silent, type Notify } from './core/notices.js';
import { findFfmpeg } from './ffmpeg/binary.js';
import { createColorizer, type ColorizerOptions, type OnnxColorizer } from './model/colorizer.js';
import { createPaletteColorizer } from './pipeline/palette-colorizer.js';
import { ffmpegFor } from './sinks/hardware-codec.js';
import { openSink, type SinkOptions } from './sinks/open.js';
import { sourceFromFrames, type OwnFrame, type OwnFramesInfo } from './sources/from-frames.js';
import { openSource, type OpenOptions } from './sources/open.js';
import type { PaletteName } from './thermal/palettes.js';

/** How to open a source; all may be left out. */
export interface SourceSettings extends Partial<Omit<OpenOptions, 'binary'>> {
  /** Path of the ffmpeg to use. */
  readonly ffmpeg?: string;
}

/** How to open an output. */
export interface SinkSettings extends Omit<SinkOptions, 'binary' | 'notify'> {
  readonly notify?: Notify;
  /** Path of the ffmpeg to use. */
  readonly ffmpeg?: string;
}

/** Where frames come from. */
export const sources = {
  /**
   * Opens what the command line opens: a video file, a picture, a glob or folder of pictures, raw video,
   * `synthetic:street`, one connection to a live address (`stream` goes on after it). Several addresses: pictures, in
   * that order.
   *
   * @throws DaylitError of the INPUT family
   */
  open: (address: string | readonly string[], settings: SourceSettings = {}): Promise<Source> => {
    const { ffmpeg, ...options } = settings;
    return openSource(typeof address === 'string' ? [address] : address, {
      pool: new BufferPool(),
      clock: systemClock,
      notify: silent,
      ...options,
      binary: () => findFfmpeg(present({ path: ffmpeg })),
    });
  },

  /** Pictures from one's own code. */
  fromFrames: (frames: AsyncIterable<OwnFrame>, info: OwnFramesInfo): Source =>
    sourceFromFrames(frames, info, systemClock),
};

/** Where frames go to. */
export const sinks = {
  /**
   * Opens what the command line opens: a video file, a picture folder or pattern, one picture, or `-`.
   *
   * @throws DaylitError of the OUTPUT and FFMPEG families
   */
  open: (target: string, settings: SinkSettings & { readonly source: SourceInfo }): Promise<Sink> =>
    openSink(target, { notify: silent, ...settings, binary: () => findFfmpeg(ffmpegFor(settings)) }),
};

/** Colour for any number of streams, with one set of weights and references. */
export type Colorizer = ColorizerContract;

/** Makes colorizers. */
export const Colorizer = {
  /** The network; see ColorizerOptions for the model, device and references. */
  create: (options: ColorizerOptions = {}): Promise<OnnxColorizer> => createColorizer(options),

  /** False colours, without a model. */
  palette: (name: PaletteName): Colorizer => createPaletteColorizer(name, new BufferPool()),
};
