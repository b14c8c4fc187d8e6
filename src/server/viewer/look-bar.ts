import { element } from './elements.js';
import { LOOKS, type Look } from './looks.js';

/** Which halves of the picture are seen, and how much of each. */
export class LookBar {
  readonly root: HTMLElement;
  readonly #buttons = new Map<Look, HTMLButtonElement>();
  readonly #blend = element('input', { type: 'range', min: '0', max: '100', value: '50', class: 'range' });
  readonly #blending: HTMLElement;
  readonly #onLook: (look: Look) => void;

  /** @param onBlend told which share of colour, from 0 to 1, lies over the thermal picture */
  constructor(onLook: (look: Look) => void, onBlend: (share: number) => void) {
    this.#onLook = onLook;
    const buttons = LOOKS.map(({ id, text, key }) => {
      const button = element('button', { type: 'button', title: `${text} (${key.toUpperCase()})` }, text);
      button.addEventListener('click', () => {
        this.look = id;
      });
      this.#buttons.set(id, button);
      return button;
    });
    this.#blend.addEventListener('input', () => {
      onBlend(this.#blend.valueAsNumber / 100);
    });
    this.#blending = element('label', { class: 'blending' }, element('span', {}, 'Colour'), this.#blend);
    const looks = element('div', { class: 'modes', role: 'group', 'aria-label': 'What is shown' }, ...buttons);
    this.root = element('div', { class: 'look' }, looks, this.#blending);
  }

  set look(look: Look) {
    for (const [each, button] of this.#buttons) button.setAttribute('aria-pressed', String(each === look));
    this.#blending.hidden = look !== 'blend';
    this.#onLook(look);
  }
}
