import type { BufferPool } from '../core/buffer-pool.js';
import { sameSize, secondsOf, type Frame, type FrameMarks } from '../core/frame.js';
import { present } from '../core/present.js';
import type { Notify } from '../core/notices.js';
import { CutDetector, type Change } from './cut-detection.js';
import type { Moment } from './damping.js';
import { FreezeDetector } from './freeze-detection.js';
import { createGainControl, type AgcKind } from './gain-control.js';
import type { GainControl } from './gain.js';
import { NoticeBoard } from './notice-board.js';
import { PaletteReader, type InputPalette } from './palette-reader.js';
import { pictureOf, type Picture } from './picture.js';
import { PolarityDetector, type PolarityChoice } from './polarity.js';

/** How thermal pictures are brought to white-hot grey. */
export interface NormalizerOptions {
  readonly agc: AgcKind;
  readonly polarity: PolarityChoice;
  readonly inputPalette: InputPalette;
  readonly pool: BufferPool;
  /** Told once about each thing that was decided or noticed: polarity, palette, agc, frozen, cut. */
  readonly notify: Notify;
}

/** Thermal handling of one stream. */
export interface Normalizer {
  /**
   * Any frame to a gray8, white-hot one of the same size and time, with what was noticed in its marks. Takes the frame
   * over: its memory is released or travels on in the result.
   *
   * @throws DaylitError PALETTE_UNKNOWN for colours that cannot be mapped back to a scalar; the frame is released
   */
  push(frame: Frame): Frame;
}

/** Likeness of detail below which the camera's operator must have switched polarity: the same scene, inverted. */
const SWITCHED = -0.8;

/** Thermal handling for one stream, in the order of its frames. */
export function createNormalizer(options: NormalizerOptions): Normalizer {
  return new ThermalNormalizer(options);
}

class ThermalNormalizer implements Normalizer {
  readonly #options: NormalizerOptions;
  readonly #palette: PaletteReader;
  readonly #freezes = new FreezeDetector();
  readonly #cuts = new CutDetector();
  readonly #gain: GainControl;
  readonly #polarity: PolarityDetector;
  readonly #board: NoticeBoard;
  #last: Pick<Frame, 'pts' | 'timeBase' | 'epoch' | 'size' | 'format'> | undefined;

  constructor(options: NormalizerOptions) {
    this.#options = options;
    this.#palette = new PaletteReader(options.inputPalette, options.notify);
    this.#gain = createGainControl(options.agc);
    this.#polarity = new PolarityDetector(options.polarity);
    this.#board = new NoticeBoard(options.notify);
  }

  push(frame: Frame): Frame {
    const last = this.#last;
    const { pts, timeBase, epoch, size, format } = frame;
    this.#last = { pts, timeBase, epoch, size, format };
    const broken =
      last === undefined ||
      last.epoch !== epoch ||
      last.format !== format ||
      !sameSize(last.size, size) ||
      frame.marks.cut === true;
    const { scalar, hotHigh } =
      format === 'rgb24' ? this.#unpainted(frame, broken) : { scalar: frame, hotHigh: frame.radiometry !== undefined };
    const picture = pictureOf(scalar);

    const elapsedMs = last === undefined ? 0 : 1000 * (secondsOf(frame) - secondsOf(last));
    const frozen = (this.#freezes.push(picture) || frame.marks.frozen === true) && !broken;
    const change: Change = frozen ? { cut: false, likeness: 1, levelShift: 0 } : this.#cuts.push(picture, elapsedMs);
    const switched = !broken && this.#options.polarity === 'auto' && change.likeness < SWITCHED;
    if (switched) this.#polarity.switched();
    const fresh = broken || (change.cut && !switched);

    this.#gain.measure(picture, { elapsedMs, fresh, held: frozen, levelShift: change.levelShift } satisfies Moment);
    const gray = this.#rendered(scalar, picture, hotHigh);
    const marks = marksOf(frame.marks, frozen, fresh && last !== undefined);
    this.#board.frame(frame, marks, elapsedMs);
    if (this.#options.agc === 'auto') this.#board.agc(this.#gain.doing);
    if (this.#options.polarity === 'auto') this.#board.polarity(this.#polarity.decision);
    return { ...gray, marks };
  }

  /** A colour frame as gray8 by its palette. After a cut inside a stream the palette found before is kept. */
  #unpainted(frame: Frame, broken: boolean): { scalar: Frame; hotHigh: boolean } {
    const pixels = this.#options.pool.take(frame.size.width * frame.size.height);
    try {
      const hotHigh = this.#palette.read(frame.pixels, frame.size, broken || frame.name !== undefined, pixels);
      return { scalar: this.#grayFrame(frame, pixels), hotHigh };
    } catch (thrown) {
      this.#options.pool.give(pixels);
      throw thrown;
    } finally {
      frame.release();
    }
  }

  /** @param hotHigh whether high values are known to be hot: by a temperature law or a palette */
  #rendered(frame: Frame, picture: Picture, hotHigh: boolean): Frame {
    const raw = frame.format === 'gray16le';
    const inverted = this.#polarity.push(picture, hotHigh).polarity === 'black-hot';
    if (!raw && !inverted && this.#gain.unchanged) return frame;
    const pixels = raw ? this.#options.pool.take(frame.size.width * frame.size.height) : frame.pixels;
    this.#gain.render(picture, inverted, pixels);
    return this.#replaced(frame, pixels);
  }

  #replaced(frame: Frame, pixels: Frame['pixels']): Frame {
    if (pixels === frame.pixels) return frame;
    frame.release();
    return this.#grayFrame(frame, pixels);
  }

  /** The frame with other pixels from the pool; what it said of its counts (radiometry) no longer holds. */
  #grayFrame(frame: Frame, pixels: Frame['pixels']): Frame {
    const { size, pts, timeBase, arrivedAt, epoch, sequence, marks, name, telemetry } = frame;
    const release = (): void => {
      this.#options.pool.give(pixels);
    };
    const common = {
      pixels,
      format: 'gray8',
      size,
      pts,
      timeBase,
      arrivedAt,
      epoch,
      sequence,
      marks,
      release,
    } as const;
    return { ...common, ...present({ name, telemetry }) };
  }
}

function marksOf(marks: FrameMarks, frozen: boolean, cut: boolean): FrameMarks {
  return { ...marks, ...(frozen ? { frozen } : {}), ...(cut ? { cut } : {}) };
}
