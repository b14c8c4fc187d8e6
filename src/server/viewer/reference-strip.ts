import { ask } from './ask.js';
import type { CameraStatus, Photo } from './camera-status.js';
import { element, say } from './elements.js';

const MOST_BYTES = 32 * 1024 * 1024;

/** The daylight photos of a camera: which colour it, others to choose from, and a place for a new one. */
export class ReferenceStrip {
  readonly root: HTMLElement;
  readonly #camera: string;
  readonly #list = element('ul', { class: 'photos' });
  readonly #said = element('p', { class: 'strip-said', role: 'status' });
  readonly #picker = element('input', {
    type: 'file',
    accept: 'image/*',
    class: 'picker',
    'aria-label': 'Choose a daylight photo',
  });
  readonly #add: HTMLElement;
  readonly #takeFrame = element(
    'button',
    { type: 'button', class: 'quiet take', title: 'Colour after what is seen now from now on' },
    'Use this frame',
  );
  #shown = '';

  /**
   * @param mayChange whether this visitor may
   * @param currentFrame the colours that are seen now
   */
  constructor(
    { id, references = [] }: CameraStatus,
    private readonly mayChange: boolean,
    currentFrame: () => Promise<Blob | null>,
  ) {
    this.#camera = id;
    this.#picker.addEventListener('change', () => {
      const [file] = this.#picker.files ?? [];
      if (file !== undefined) void this.upload(file);
      this.#picker.value = '';
    });
    this.#add = element(
      'label',
      { class: 'add' },
      this.#picker,
      element('span', { class: 'plus', 'aria-hidden': 'true' }, '+'),
      element('span', {}, 'Drop a daylight photo, or choose one'),
    );
    this.#takeFrame.addEventListener('click', () => {
      void currentFrame().then((frame) => {
        const time = new Date().toTimeString().slice(0, 8);
        if (frame !== null) void this.upload(new File([frame], `frame ${time}.jpg`, { type: frame.type }));
      });
    });
    this.root = element(
      'section',
      { class: 'references', 'aria-label': 'Daylight photos' },
      element('h2', {}, 'Coloured after'),
      this.#list,
      ...(mayChange ? [this.#add, this.#takeFrame] : []),
      this.#said,
    );
    this.show(references);
  }

  /** Brings the list up to date. */
  show(photos: readonly Photo[]): void {
    const now = JSON.stringify(photos);
    if (now === this.#shown) return;
    this.#shown = now;
    this.#list.classList.toggle('one', photos.filter(({ inUse }) => inUse).length === 1);
    this.#list.replaceChildren(...photos.toReversed().map((photo) => element('li', {}, this.#button(photo))));
  }

  /** Colours after this photo from now on. */
  async upload(file: File): Promise<void> {
    if (!this.mayChange) return;
    if (file.size > MOST_BYTES) {
      say(this.#said, `${file.name} is larger than 32 MB.`);
      return;
    }
    const name = encodeURIComponent(file.name.slice(0, 120) || 'photo');
    const type = /^image\//.test(file.type) ? file.type : 'application/octet-stream';
    await this.#change(`Reading ${file.name}…`, `api/cameras/${this.#camera}/references?name=${name}`, {
      method: 'POST',
      headers: { 'content-type': type },
      body: file,
    });
  }

  #button({ id, name, inUse }: Photo): HTMLElement {
    const path = `api/cameras/${this.#camera}/references`;
    const image = element('img', { src: `${path}/${id}/preview.jpg`, alt: '', loading: 'lazy' });
    const button = element(
      'button',
      { type: 'button', class: 'photo', 'aria-pressed': String(inUse), disabled: !this.mayChange },
      image,
      element('span', { class: 'photo-name' }, name),
    );
    button.addEventListener('click', () => {
      void this.#change('', path, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ use: [id] }),
      });
    });
    return button;
  }

  async #change(doing: string, path: string, init: RequestInit): Promise<void> {
    say(this.#said, doing);
    this.root.classList.add('busy');
    try {
      await ask(path, init);
      say(this.#said, '');
    } catch (thrown) {
      say(this.#said, thrown instanceof Error ? thrown.message : String(thrown));
    } finally {
      this.root.classList.remove('busy');
    }
  }
}
