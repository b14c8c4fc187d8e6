import { levelsOf, type Picture } from './picture.js';
import { polarityScore } from './polarity-evidence.js';

/** Whether hot is shown white or black. */
export type Polarity = 'white-hot' | 'black-hot';

/** What a user may ask for: a polarity, or to have it found out. */
export type PolarityChoice = Polarity | 'auto';

/** Every choice, for option lists. */
export const POLARITY_CHOICES = ['auto', 'white-hot', 'black-hot'] as const satisfies PolarityChoice[];

/** What is held for true about a stream. */
export interface PolarityDecision {
  readonly polarity: Polarity;
  /** Probability that it is right, by the evidence so far; 1 where the user said so. */
  readonly confidence: number;
  /** No further evidence is taken. */
  readonly final: boolean;
}

/** Evidence (log odds) that settles the matter at the first frame: for white-hot, and for black-hot. */
const SURE_WHITE = 1;
const SURE_BLACK = -1;
/** Mean evidence over several frames from which a stream is taken for black-hot. */
const LIKELY_BLACK = -0.8;
const FRAMES_TO_DECIDE = 8;
/**
 * Raw 16-bit counts rise with temperature in nearly every camera, so there the evidence for black-hot must be this much
 * stronger (log of the odds that a 16-bit recording is white-hot).
 */
const RAW_PRIOR = 3;

/**
 * Decides the polarity of one stream. The first frame decides if it is sure; otherwise white-hot is taken until the
 * evidence of several frames says black-hot. A final decision stays: a picture must never flip back and forth.
 */
export class PolarityDetector {
  #decision: PolarityDecision;
  #sum = 0;
  #frames = 0;

  constructor(choice: PolarityChoice) {
    this.#decision =
      choice === 'auto'
        ? { polarity: 'white-hot', confidence: 0.5, final: false }
        : { polarity: choice, confidence: 1, final: true };
  }

  get decision(): PolarityDecision {
    return this.#decision;
  }

  /**
   * Takes a frame's evidence unless the matter is settled.
   * @param picture the frame before gain control
   * @param hotHigh whether high values are known to be hot (a temperature law, a palette mapped back), which settles it
   */
  push(picture: Picture, hotHigh: boolean): PolarityDecision {
    if (this.#decision.final) return this.#decision;
    if (hotHigh) {
      this.#decision = { polarity: 'white-hot', confidence: 1, final: true };
      return this.#decision;
    }
    this.#sum += polarityScore(picture) + (levelsOf(picture) > 256 ? RAW_PRIOR : 0);
    this.#frames += 1;
    const mean = this.#sum / this.#frames;
    const last = this.#frames >= FRAMES_TO_DECIDE;
    const black = this.#frames === 1 ? mean <= SURE_BLACK : last && mean <= LIKELY_BLACK;
    const confidence = 1 / (1 + Math.exp(-Math.abs(mean)));
    this.#decision = {
      polarity: black ? 'black-hot' : 'white-hot',
      confidence: mean <= 0 === black ? confidence : 1 - confidence,
      final: black || last || (this.#frames === 1 && mean >= SURE_WHITE),
    };
    return this.#decision;
  }

  /** The camera's operator switched polarity: the same scene came inverted. */
  switched(): void {
    const polarity = this.#decision.polarity === 'white-hot' ? 'black-hot' : 'white-hot';
    this.#decision = { polarity, confidence: this.#decision.confidence, final: true };
  }
}
