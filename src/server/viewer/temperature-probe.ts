import { element, say } from './elements.js';

/** Between two questions, in milliseconds. */
const ASK_EVERY = 150;

/** The temperature under the pointer, for cameras that measure it; for others, nothing. */
export class TemperatureProbe {
  readonly root = element('output', { class: 'tag temperature', hidden: true });
  readonly #camera: string;
  /** Whether there is something to ask for, as pictures say. */
  measures = false;
  #asking = false;
  #place: { readonly x: number; readonly y: number } | undefined;

  /** @param stage the picture, over which the pointer moves */
  constructor(camera: string, stage: HTMLElement) {
    this.#camera = camera;
    stage.addEventListener('pointermove', ({ clientX, clientY }) => {
      const { left, top, width, height } = stage.getBoundingClientRect();
      const [x, y] = [(clientX - left) / width, (clientY - top) / height];
      this.#place = x >= 0 && x <= 1 && y >= 0 && y <= 1 ? { x, y } : undefined;
      this.root.style.setProperty('left', `${100 * x}%`);
      this.root.style.setProperty('top', `${100 * y}%`);
      this.root.classList.toggle('leftwards', x > 0.8);
      void this.#ask();
    });
    stage.addEventListener('pointerleave', () => {
      this.#place = undefined;
      this.root.hidden = true;
    });
  }

  /** One question at a time, again while the pointer rests: the scene moves. */
  async #ask(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    while (this.measures && this.#place !== undefined && !document.hidden && this.root.isConnected) {
      const celsius = await this.#celsius(this.#place);
      this.root.hidden = celsius === undefined;
      if (celsius !== undefined) say(this.root, `${celsius.toFixed(1)} °C`);
      await new Promise((resolve) => setTimeout(resolve, ASK_EVERY));
    }
    this.#asking = false;
  }

  async #celsius({ x, y }: { readonly x: number; readonly y: number }): Promise<number | undefined> {
    const address = `api/cameras/${this.#camera}/temperature?x=${x.toFixed(4)}&y=${y.toFixed(4)}`;
    const response = await fetch(address).catch(() => undefined);
    if (response?.status === 404) this.measures = false;
    if (response?.ok !== true) return undefined;
    const { celsius } = (await response.json()) as { readonly celsius?: unknown };
    return typeof celsius === 'number' ? celsius : undefined;
  }
}
