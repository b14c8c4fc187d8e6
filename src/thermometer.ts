import { DaylitError } from './core/errors.js';
import type { Frame } from './core/frame.js';
import { realWait, type Wait } from './core/wait.js';
import { countsOf } from './thermal/picture.js';
import { celsiusOf, kelvinOf, temperatureRange, type TemperatureRange } from './thermal/temperature.js';

/** How long a question waits for the next frame, in milliseconds. */
const PATIENCE_MS = 3000;
/** Questions that wait at once. */
const MOST_WAITING = 64;
/** Ranges that are kept until their frames have been coloured. */
const RANGES = 16;

/** Takes the frame that answers it. */
type Question = (frame: Frame) => void;

/**
 * Temperatures of a camera whose counts are radiometric, read from its frames as they come. Nothing is kept of a frame
 * that nobody asks about: a question is answered from the next one.
 */
export class Thermometer {
  readonly #rangesWanted: () => boolean;
  readonly #wait: Wait;
  readonly #ranges = new Map<string, TemperatureRange>();
  #questions: Question[] = [];
  #measures = false;

  /** @param rangesWanted whether somebody wants each frame's range just now */
  constructor(rangesWanted: () => boolean, wait: Wait = realWait) {
    this.#rangesWanted = rangesWanted;
    this.#wait = wait;
  }

  /** Whether the newest frame tells temperatures. */
  get measures(): boolean {
    return this.#measures;
  }

  /** Looks at a frame as the camera sent it. */
  look(frame: Frame): void {
    this.#measures = frame.radiometry !== undefined && frame.format === 'gray16le';
    const questions = this.#questions;
    this.#questions = [];
    for (const question of questions) question(frame);
    if (frame.radiometry === undefined || frame.format !== 'gray16le' || !this.#rangesWanted()) return;
    this.#ranges.set(keyOf(frame), temperatureRange(countsOf(frame.pixels), frame.radiometry));
    const [oldest] = this.#ranges.keys();
    if (this.#ranges.size > RANGES && oldest !== undefined) this.#ranges.delete(oldest);
  }

  /** Coldest and hottest of a frame that came lately while ranges were wanted, in degrees Celsius. */
  rangeOf(frame: Pick<Frame, 'epoch' | 'sequence'>): TemperatureRange | undefined {
    const range = this.#ranges.get(keyOf(frame));
    return range && { lowest: celsiusOf(range.lowest), highest: celsiusOf(range.highest) };
  }

  /**
   * Degrees Celsius at a place of the next frame.
   * @param x from the left edge (0) to the right one (1); `y` from the top likewise
   * @throws DaylitError NO_TEMPERATURE if the camera measures none, NO_PICTURE if no frame comes
   */
  async at(x: number, y: number): Promise<number> {
    if (this.#questions.length >= MOST_WAITING) throw new DaylitError('NO_PICTURE', 'too many ask at once');
    const answered = new AbortController();
    let question: Question = () => undefined;
    const answer = new Promise<number>((resolve, reject) => {
      question = (frame) => {
        answered.abort();
        const celsius = celsiusAt(frame, x, y);
        if (celsius === undefined) reject(new DaylitError('NO_TEMPERATURE', 'its pictures are only pictures'));
        else resolve(celsius);
      };
    });
    this.#questions.push(question);
    const late = this.#wait(PATIENCE_MS, answered.signal).then(() => {
      if (answered.signal.aborted) return answer;
      this.#questions = this.#questions.filter((waiting) => waiting !== question);
      throw new DaylitError('NO_PICTURE', `none for ${PATIENCE_MS / 1000} s`);
    });
    return Promise.race([answer, late]);
  }
}

const keyOf = ({ epoch, sequence }: Pick<Frame, 'epoch' | 'sequence'>): string => `${epoch} ${sequence}`;

function celsiusAt({ pixels, format, size, radiometry }: Frame, x: number, y: number): number | undefined {
  if (radiometry === undefined || format !== 'gray16le') return undefined;
  const column = Math.min(size.width - 1, Math.floor(x * size.width));
  const row = Math.min(size.height - 1, Math.floor(y * size.height));
  const count = countsOf(pixels)[row * size.width + column];
  return count === undefined ? undefined : celsiusOf(kelvinOf(count, radiometry));
}
