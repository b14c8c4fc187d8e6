import type { CameraStatus } from './camera-status.js';
import { ColourControls, paletteText } from './colour-controls.js';
import { ComparisonSlider } from './comparison-slider.js';
import { element, icon, say } from './elements.js';
import { listenForPhotos } from './photo-drop.js';
import { LookBar } from './look-bar.js';
import { LOOKS, PaletteFilter, type Look } from './looks.js';
import type { Way } from './playback.js';
import { ReferenceStrip } from './reference-strip.js';
import { Stage } from './stage.js';
import { StreamFacts } from './stream-facts.js';
import type { View } from './view.js';

/** Four corners of a screen. */
const CORNERS =
  'M4 9V5.5A1.5 1.5 0 0 1 5.5 4H9m6 0h3.5A1.5 1.5 0 0 1 20 5.5V9m0 6v3.5a1.5 1.5 0 0 1-1.5 1.5H15m-6 0H5.5A1.5 1.5 0 0 1 4 18.5V15';
/** What the thermal half wears when it is shown in false colours. */
const PALETTE = 'ironbow';
const FILTER = 'false-colours';

/** One camera, large: the line between thermal and colour, its numbers, its colouring and its photos. */
export class CameraView implements View {
  readonly root: HTMLElement;
  readonly #stage: Stage;
  readonly #screen: HTMLElement;
  readonly #slider: ComparisonSlider;
  readonly #strip: ReferenceStrip;
  readonly #controls: ColourControls;
  readonly #facts = new StreamFacts();
  readonly #looks: LookBar;
  readonly #thermalSide = element('span');

  /** @param mayChange whether this visitor may change how the camera is coloured */
  constructor(status: CameraStatus, ways: readonly Way[], mayChange: boolean) {
    this.#controls = new ColourControls(status, mayChange);
    this.#stage = new Stage(status, ways, mayChange, (next) => {
      this.#strip.show(next.references ?? []);
      this.#controls.show(next);
    });
    const { root: stage, canvas } = this.#stage;
    this.#strip = new ReferenceStrip(status, mayChange, () => canvas.photo('colour'));
    this.#slider = new ComparisonSlider(stage);
    const filter = new PaletteFilter(FILTER);
    filter.palette = PALETTE;
    const sides = element(
      'div',
      { class: 'sides', 'aria-hidden': 'true' },
      this.#thermalSide,
      element('span', {}, 'Colour'),
    );
    stage.append(this.#slider.handle, sides, filter.root);
    this.#looks = new LookBar(
      (look) => {
        this.#wear(look);
      },
      (share) => {
        stage.style.setProperty('--blend', String(share));
      },
    );
    this.#screen = element('div', { class: 'screen' }, stage);
    const toolbar = element('div', { class: 'toolbar' }, this.#looks.root, this.#facts.root, this.#fullscreenButton());
    const photos = status.references === undefined ? [] : [this.#strip.root];
    this.root = element(
      'article',
      { class: 'camera', 'aria-label': status.name },
      element('h1', {}, status.name),
      element(
        'div',
        { class: 'columns' },
        element('div', { class: 'left' }, this.#screen, toolbar),
        element('aside', { class: 'side', 'aria-label': 'Colours' }, this.#controls.root, ...photos),
      ),
    );
    if (status.size !== undefined) this.#shape(status.size.width / status.size.height);
    if (mayChange) {
      listenForPhotos(this.root, (file) => {
        void this.#strip.upload(file);
      });
    }
    this.#looks.look = 'split';
  }

  resume(): void {
    this.#stage.resume();
  }

  pause(): void {
    this.#stage.pause();
  }

  key(key: string): void {
    const found = LOOKS.find((look) => look.key === key);
    if (found !== undefined) this.#looks.look = found.id;
    else if (key === 'f') this.#fullscreen();
  }

  tick(): void {
    this.#stage.tick();
    this.#facts.show(this.#stage);
    const { size } = this.#stage.status;
    if (size !== undefined) this.#shape(size.width / size.height);
  }

  /** Compared and blended, the thermal half stays as it was last looked at: grey or in false colours. */
  #wear(look: Look): void {
    const { root, canvas } = this.#stage;
    root.dataset['mode'] = look;
    if (look === 'thermal' || look === 'palette') canvas.root.classList.toggle('false-coloured', look === 'palette');
    const falseColoured = canvas.root.classList.contains('false-coloured');
    say(this.#thermalSide, falseColoured ? paletteText(PALETTE) : 'Thermal');
    this.#slider.handle.hidden = look !== 'split';
  }

  #shape(ratio: number): void {
    this.root.style.setProperty('--ratio-number', String(ratio));
  }

  #fullscreenButton(): HTMLElement {
    const label = 'Full screen (F)';
    const full = element(
      'button',
      { type: 'button', class: 'quiet full', title: label, 'aria-label': label },
      icon(CORNERS),
    );
    full.addEventListener('click', () => {
      this.#fullscreen();
    });
    return full;
  }

  #fullscreen(): void {
    if (document.fullscreenElement === null) void this.#screen.requestFullscreen();
    else void document.exitFullscreen();
  }
}
