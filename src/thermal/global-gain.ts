import { DampedCurve, type Moment } from './damping.js';
import type { GainControl } from './gain.js';
import { histogramOf, percentileOf, type Histogram } from './histogram.js';
import { levelsOf, type Picture } from './picture.js';
import { linear, mixed, percentile, plateau, spread, wholeRange, type ToneCurve } from './tone-curves.js';

/** 75 % of an 8-bit picture's pixels at or below this level: its range is mostly empty (as in training). */
const SPARSE_BELOW = 70;
/** A stream that was found sparse stays so until this level, lest it pump. */
const SPARSE_UNTIL = 85;

const FIXED = { percentile, plateau, linear, none: wholeRange } as const satisfies Record<string, ToneCurve>;

/** The kinds that use one tone curve for the whole picture. */
type GlobalKind = 'auto' | keyof typeof FIXED;

/** One tone curve for the whole picture, damped over time. */
export class GlobalGain implements GainControl {
  readonly #kind: GlobalKind;
  readonly #damped = new DampedCurve();
  readonly #deep = mixed(percentile, plateau, 0.4);
  #sparse = false;
  #counters: Uint32Array | undefined;
  #target = new Float32Array(0);
  #table = new Uint8Array(0);
  unchanged = false;
  doing: string;

  constructor(kind: GlobalKind) {
    this.#kind = kind;
    this.doing = kind;
  }

  measure(picture: Picture, moment: Moment): void {
    const levels = levelsOf(picture);
    if (this.#kind === 'none' && levels === 256) {
      this.unchanged = true;
      return;
    }
    if (moment.held && !moment.fresh && this.#table.length === levels) return;
    const histogram = histogramOf(picture, this.#counters);
    this.#counters = histogram.counts;
    if (this.#target.length !== levels) {
      this.#target = new Float32Array(levels);
      this.#table = new Uint8Array(levels);
    }
    this.#curveFor(histogram, moment)(histogram, this.#target);
    const curve = this.#damped.follow(this.#target, histogram, moment);
    const table = this.#table;
    let unchanged = levels === 256;
    for (let value = 0; value < levels; value += 1) {
      const grey = ((curve[value] ?? 0) + 0.5) | 0;
      table[value] = grey;
      if (grey !== value) unchanged = false;
    }
    this.unchanged = unchanged;
  }

  #curveFor(histogram: Histogram, moment: Moment): ToneCurve {
    if (this.#kind !== 'auto') return FIXED[this.#kind];
    if (histogram.counts.length > 256) {
      this.doing = 'percentile and plateau';
      return this.#deep;
    }
    const threshold = this.#sparse && !moment.fresh ? SPARSE_UNTIL : SPARSE_BELOW;
    this.#sparse = percentileOf(histogram, 0.75) <= threshold && histogram.highest > histogram.lowest;
    this.doing = this.#sparse ? 'spread' : 'none';
    return this.#sparse ? spread : wholeRange;
  }

  render(picture: Picture, inverted: boolean, out: Uint8Array): void {
    const { values } = picture;
    const flip = inverted ? 255 : 0;
    if (this.unchanged) {
      for (let i = 0; i < values.length; i += 1) out[i] = (values[i] ?? 0) ^ flip;
      return;
    }
    const table = this.#table;
    if (flip === 0) for (let i = 0; i < values.length; i += 1) out[i] = table[values[i] ?? 0] ?? 0;
    else for (let i = 0; i < values.length; i += 1) out[i] = 255 - (table[values[i] ?? 0] ?? 0);
  }
}
