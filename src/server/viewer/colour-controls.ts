import { PALETTE_NAMES } from '../../thermal/palettes.js';
import { tell } from './ask.js';
import type { CameraStatus } from './camera-status.js';
import { element, say } from './elements.js';

/** How a camera is coloured, for all who watch it. */
export class ColourControls {
  readonly root: HTMLElement;
  readonly #camera: string;
  readonly #smoothing = element('input', { type: 'range', min: '0', max: '100', step: '5', class: 'range' });
  readonly #percent = element('output');
  readonly #palette: HTMLSelectElement;
  readonly #said = element('p', { class: 'strip-said', role: 'status' });

  constructor(status: CameraStatus, mayChange: boolean) {
    this.#camera = status.id;
    this.#smoothing.disabled = !mayChange;
    const names = PALETTE_NAMES.map((name) => element('option', { value: name }, paletteText(name)));
    const photo = element('option', { value: '' }, 'Daylight photo');
    this.#palette = element(
      'select',
      { disabled: !mayChange },
      photo,
      element('optgroup', { label: 'False colours' }, ...names),
    );
    this.#palette.addEventListener('change', () => {
      void this.#change({ palette: this.#palette.value === '' ? null : this.#palette.value });
    });
    this.#smoothing.addEventListener('input', () => {
      this.#showPercent();
    });
    this.#smoothing.addEventListener('change', () => {
      void this.#change({ smoothing: this.#smoothing.valueAsNumber / 100 });
    });
    this.root = element(
      'section',
      { class: 'colouring', 'aria-label': 'Colouring' },
      element('label', {}, element('span', {}, 'Colours from'), this.#palette),
      element(
        'label',
        { title: 'How firmly colours hold where the thermal picture stands still' },
        element('span', {}, 'Smoothing'),
        this.#smoothing,
        this.#percent,
      ),
      this.#said,
    );
    this.show(status);
  }

  /** Follows what others change. */
  show({ smoothing, palette }: CameraStatus): void {
    if (!this.#smoothing.matches(':active')) this.#smoothing.value = String(Math.round(100 * smoothing));
    if (document.activeElement !== this.#palette) this.#palette.value = palette ?? '';
    this.#showPercent();
  }

  #showPercent(): void {
    say(this.#percent, `${this.#smoothing.value} %`);
  }

  async #change(changes: { readonly smoothing?: number; readonly palette?: string | null }): Promise<void> {
    try {
      await tell('PATCH', `api/cameras/${this.#camera}`, changes);
      say(this.#said, '');
    } catch (thrown) {
      say(this.#said, thrown instanceof Error ? thrown.message : String(thrown));
    }
  }
}

/** `white-hot` → `White-hot`. */
export function paletteText(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
