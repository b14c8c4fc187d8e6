import { element, say } from './elements.js';
import { ageText } from './freshness.js';
import type { Stage } from './stage.js';

/** How the stream runs, in numbers. */
export class StreamFacts {
  readonly root: HTMLElement;
  readonly #age = element('dd');
  readonly #rate = element('dd');
  readonly #drops = element('dd');
  readonly #codec = element('dd', { class: 'codec' });
  readonly #device = element('dd');

  constructor() {
    const fact = (name: string, value: HTMLElement, title: string): HTMLElement =>
      element('div', { title }, element('dt', {}, name), value);
    this.root = element(
      'dl',
      { class: 'facts', 'aria-label': 'How the stream runs' },
      fact('Age', this.#age, 'From the arrival of a frame until it is painted here, median of the last seconds'),
      fact('Rate', this.#rate, 'Pictures painted a second'),
      fact('Dropped', this.#drops, 'Frames left out for newer ones, by the model and on the way here'),
      fact('Video', this.#codec, 'How the picture is coded, and what decodes it here'),
      fact('Device', this.#device, 'What runs the model, or which palette'),
    );
  }

  show({ freshness, status, codec }: Stage): void {
    const now = performance.now();
    const stale = freshness.staleSeconds(now);
    say(this.#age, stale === undefined ? ageText(freshness.ageMs) : `${stale} s`);
    say(this.#rate, `${freshness.fps(now).toFixed(1)} fps`);
    say(this.#drops, String(status.dropped + (status.viewer?.dropped ?? 0)));
    say(this.#codec, codec === '' ? '–' : codec);
    say(this.#device, status.provider);
  }
}
