import type { CameraStatus } from './camera-status.js';
import { ComparisonSlider } from './comparison-slider.js';
import { element, icon, say } from './elements.js';
import { ageText } from './freshness.js';
import type { Mode } from './picture-canvas.js';
import { ReferenceStrip } from './reference-strip.js';
import { Stage } from './stage.js';
import type { View } from './view.js';

const MODES: readonly (readonly [mode: Mode, text: string, key: string])[] = [
  ['thermal', 'Thermal', 't'],
  ['split', 'Compare', 's'],
  ['colour', 'Colour', 'c'],
];

/** Four corners of a screen. */
const CORNERS =
  'M4 9V5.5A1.5 1.5 0 0 1 5.5 4H9m6 0h3.5A1.5 1.5 0 0 1 20 5.5V9m0 6v3.5a1.5 1.5 0 0 1-1.5 1.5H15m-6 0H5.5A1.5 1.5 0 0 1 4 18.5V15';

/** One camera, large: the line between thermal and colour, its numbers and its photos. */
export class CameraView implements View {
  readonly root: HTMLElement;
  readonly #stage: Stage;
  readonly #screen: HTMLElement;
  readonly #slider: ComparisonSlider;
  readonly #strip: ReferenceStrip;
  readonly #buttons = new Map<Mode, HTMLButtonElement>();
  readonly #numbers = { age: element('dd'), rate: element('dd'), drops: element('dd'), device: element('dd') };
  #mode: Mode = 'split';

  constructor(status: CameraStatus) {
    this.#stage = new Stage(status, (next) => {
      this.#strip.show(next.references ?? []);
      if (next.size !== undefined)
        this.root.style.setProperty('--ratio-number', String(next.size.width / next.size.height));
    });
    this.#slider = new ComparisonSlider(this.#stage.root, (share) => {
      if (this.#mode === 'split') this.#stage.canvas.line = share;
    });
    this.#strip = new ReferenceStrip(status);
    const sides = element(
      'div',
      { class: 'sides', 'aria-hidden': 'true' },
      element('span', {}, 'Thermal'),
      element('span', {}, 'Colour'),
    );
    this.#stage.root.append(this.#slider.handle, sides);
    const photos = status.references === undefined ? [] : [element('aside', { class: 'side' }, this.#strip.root)];
    this.#screen = element('div', { class: 'screen' }, this.#stage.root);
    const left = element('div', { class: 'left' }, this.#screen, this.#toolbar());
    this.root = element(
      'article',
      { class: 'camera', 'aria-label': status.name },
      element('h1', {}, status.name),
      element('div', { class: 'columns' }, left, ...photos),
    );
    this.#listenForDrops();
    this.mode = 'split';
  }

  set mode(mode: Mode) {
    this.#mode = mode;
    this.#stage.root.dataset['mode'] = mode;
    this.#slider.handle.hidden = mode !== 'split';
    this.#stage.canvas.line = mode === 'thermal' ? 1 : mode === 'colour' ? 0 : this.#slider.percent / 100;
    for (const [each, button] of this.#buttons) button.setAttribute('aria-pressed', String(each === mode));
  }

  resume(): void {
    this.#stage.resume();
  }

  pause(): void {
    this.#stage.pause();
  }

  key(key: string): void {
    const found = MODES.find(([, , letter]) => letter === key);
    if (found !== undefined) this.mode = found[0];
    else if (key === 'f') this.#fullscreen();
  }

  tick(): void {
    this.#stage.tick();
    const { freshness, status } = this.#stage;
    const now = performance.now();
    const stale = freshness.staleSeconds(now);
    say(this.#numbers.age, stale === undefined ? ageText(freshness.ageMs) : `${stale} s`);
    say(this.#numbers.rate, `${freshness.fps(now).toFixed(1)} fps`);
    say(this.#numbers.drops, String(status.dropped + (status.viewer?.dropped ?? 0)));
    say(this.#numbers.device, status.provider);
  }

  #toolbar(): HTMLElement {
    const modes = element('div', { class: 'modes', role: 'group', 'aria-label': 'What is shown' });
    for (const [mode, text, key] of MODES) {
      const button = element('button', { type: 'button', title: `${text} (${key.toUpperCase()})` }, text);
      button.addEventListener('click', () => {
        this.mode = mode;
      });
      this.#buttons.set(mode, button);
      modes.append(button);
    }
    const label = 'Full screen (F)';
    const full = element(
      'button',
      { type: 'button', class: 'quiet full', title: label, 'aria-label': label },
      icon(CORNERS),
    );
    full.addEventListener('click', () => {
      this.#fullscreen();
    });
    return element('div', { class: 'toolbar' }, modes, this.#facts(), full);
  }

  #facts(): HTMLElement {
    const { age, rate, drops, device } = this.#numbers;
    const fact = (name: string, value: HTMLElement, title: string): HTMLElement =>
      element('div', { title }, element('dt', {}, name), value);
    return element(
      'dl',
      { class: 'facts', 'aria-label': 'How the stream runs' },
      fact('Age', age, 'From the arrival of a frame until it is painted here, median of the last seconds'),
      fact('Rate', rate, 'Pictures painted a second'),
      fact('Dropped', drops, 'Frames left out for newer ones, by the model and on the way here'),
      fact('Device', device, 'What runs the model'),
    );
  }

  #fullscreen(): void {
    if (document.fullscreenElement === null) void this.#screen.requestFullscreen();
    else void document.exitFullscreen();
  }

  #listenForDrops(): void {
    let depth = 0;
    const over = (inside: boolean): void => {
      depth = inside ? depth + 1 : Math.max(0, depth - 1);
      this.root.classList.toggle('dropping', depth > 0);
    };
    this.root.addEventListener('dragenter', () => {
      over(true);
    });
    this.root.addEventListener('dragleave', () => {
      over(false);
    });
    this.root.addEventListener('dragover', (event) => {
      event.preventDefault();
    });
    this.root.addEventListener('drop', (event) => {
      event.preventDefault();
      depth = 1;
      over(false);
      const file = event.dataTransfer?.files[0];
      if (file !== undefined) void this.#strip.upload(file);
    });
  }
}
