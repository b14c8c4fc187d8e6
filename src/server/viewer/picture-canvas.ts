import type { PictureMessage } from '../../sinks/viewer-protocol.js';

/** What is shown: one half, or both with a line between them. */
export type Mode = 'thermal' | 'split' | 'colour';

/** A picture on the screen: how old it was when painted. */
export interface Shown {
  readonly picture: PictureMessage;
  readonly ageMs: number;
  readonly at: number;
}

/** Paints the newest picture, thermal to the left of the line and colour to its right. */
export class PictureCanvas {
  readonly canvas: HTMLCanvasElement;
  readonly #onShown: (shown: Shown) => void;
  #bitmap: ImageBitmap | undefined;
  #next: { readonly picture: PictureMessage; readonly receivedAt: number } | undefined;
  #decoding = false;
  #line = 0;

  constructor(canvas: HTMLCanvasElement, onShown: (shown: Shown) => void) {
    this.canvas = canvas;
    this.#onShown = onShown;
  }

  /** Where colour begins, from 0 (colour alone) to 1 (thermal alone). */
  set line(line: number) {
    this.#line = line;
    this.#paint();
  }

  /** Takes a picture; while one is being decoded only the newest waits. */
  push(picture: PictureMessage, receivedAt: number): void {
    this.#next = { picture, receivedAt };
    if (!this.#decoding) void this.#decode();
  }

  async #decode(): Promise<void> {
    this.#decoding = true;
    while (this.#next !== undefined) {
      const { picture, receivedAt } = this.#next;
      this.#next = undefined;
      const jpeg = new Blob([picture.jpeg as Uint8Array<ArrayBuffer>], { type: 'image/jpeg' });
      const bitmap = await createImageBitmap(jpeg).catch(() => undefined);
      if (bitmap === undefined) continue;
      this.#bitmap?.close();
      this.#bitmap = bitmap;
      this.#paint();
      const at = performance.now();
      this.#onShown({ picture, at, ageMs: picture.ageMs + at - receivedAt });
    }
    this.#decoding = false;
  }

  #paint(): void {
    const bitmap = this.#bitmap;
    const context = this.canvas.getContext('2d', { alpha: false });
    if (bitmap === undefined || context === null) return;
    const [width, height] = [bitmap.width / 2, bitmap.height];
    if (this.canvas.width !== width || this.canvas.height !== height) {
      this.canvas.width = width;
      this.canvas.height = height;
    }
    const line = Math.round(width * this.#line);
    if (line < width) context.drawImage(bitmap, width + line, 0, width - line, height, line, 0, width - line, height);
    if (line > 0) context.drawImage(bitmap, 0, 0, line, height, 0, 0, line, height);
  }
}
