import { element, say } from './elements.js';

/** More than anybody can look at. */
const MOST = 100;

interface Detection {
  readonly label: string;
  readonly score: number;
  /** Left, top, width and height as shares of the picture. */
  readonly box: readonly [number, number, number, number];
}

/** What detectors have found, framed on the picture. */
export class DetectionBoxes {
  readonly root = element('div', { class: 'boxes', 'aria-hidden': 'true' });
  #shown = '';

  /** @param found as in a picture's metadata; whatever is no detection is left out */
  show(found: unknown): void {
    const detections = Array.isArray(found) ? found.filter(isDetection).slice(0, MOST) : [];
    const now = JSON.stringify(detections);
    if (now === this.#shown) return;
    this.#shown = now;
    // Boxes are kept: one that moves is moved, and the page lays out little.
    while (this.root.children.length > detections.length) this.root.lastElementChild?.remove();
    detections.forEach(({ label, score, box: [left, top, width, height] }, at) => {
      const box = (this.root.children[at] ?? this.root.appendChild(boxElement())) as HTMLElement;
      const style = { left, top, width, height };
      for (const [side, share] of Object.entries(style)) box.style.setProperty(side, `${100 * share}%`);
      box.classList.toggle('under', top < 0.08);
      say(box.firstElementChild as HTMLElement, `${label} ${Math.round(100 * score)} %`);
    });
  }
}

function boxElement(): HTMLElement {
  return element('div', { class: 'box' }, element('span'));
}

function isDetection(value: unknown): value is Detection {
  const { label, score, box } = (value ?? {}) as Partial<Record<keyof Detection, unknown>>;
  const isNumber = (part: unknown): boolean => typeof part === 'number' && Number.isFinite(part);
  return typeof label === 'string' && isNumber(score) && Array.isArray(box) && box.length === 4 && box.every(isNumber);
}
