import type { Decoded } from './decoded-picture.js';
import { element } from './elements.js';

/** One half of a picture. */
export type Half = 'thermal' | 'colour';

/**
 * The picture on the screen: thermal below, its colours above, both painted from one decoded picture and so always of
 * one instant. How much of the upper one is seen (a part of the width, or all of it faintly) is the style's affair.
 */
export class PictureCanvas {
  readonly root: HTMLElement;
  readonly #layers: readonly (readonly [half: Half, canvas: HTMLCanvasElement])[];
  #shown: Decoded | undefined;

  /** @param label what the picture is, for those who cannot see it */
  constructor(label: string) {
    const canvas = (half: Half): [Half, HTMLCanvasElement] => [half, element('canvas', { class: half })];
    this.#layers = [canvas('thermal'), canvas('colour')];
    const layers = this.#layers.map(([, layer]) => layer);
    this.root = element('div', { class: 'picture', role: 'img', 'aria-label': label }, ...layers);
  }

  /** The picture that is seen, as a file: only its colours, or only its thermal half. */
  photo(half: Half): Promise<Blob | null> {
    const canvas = this.#layers.find(([each]) => each === half)?.[1];
    return new Promise((resolve) => {
      if (canvas === undefined || this.#shown === undefined) resolve(null);
      else canvas.toBlob(resolve, 'image/jpeg', 0.95);
    });
  }

  /** Paints a picture and lets the one before go. */
  show(decoded: Decoded): void {
    const { width, height } = decoded.picture;
    this.#layers.forEach(([, canvas], at) => {
      const context = canvas.getContext('2d', { alpha: false });
      if (canvas.width !== width || canvas.height !== height) {
        canvas.width = width;
        canvas.height = height;
      }
      context?.drawImage(decoded.image, at * width, 0, width, height, 0, 0, width, height);
    });
    this.#shown?.close();
    this.#shown = decoded;
  }
}
