import type { CameraStatus } from './camera-status.js';
import { element, say } from './elements.js';
import { ageText } from './freshness.js';
import type { Way } from './playback.js';
import { Stage } from './stage.js';
import type { View } from './view.js';

/** All cameras, each in colour; one leads to its own page. */
export class GridView implements View {
  readonly root: HTMLElement;
  readonly #cards: readonly { readonly stage: Stage; readonly numbers: HTMLElement }[];

  /** @param mayChange whether this visitor may do more than watch */
  constructor(cameras: readonly CameraStatus[], ways: readonly Way[], mayChange: boolean) {
    this.#cards = cameras.map((status) => ({
      stage: new Stage(status, ways, mayChange),
      numbers: element('span', { class: 'numbers' }),
    }));
    const cards = this.#cards.map(({ stage, numbers }) => card(stage, numbers));
    this.root = element('div', { class: 'grid' }, element('h1', { class: 'unseen' }, 'Cameras'), ...cards);
  }

  resume(): void {
    for (const { stage } of this.#cards) stage.resume();
  }

  pause(): void {
    for (const { stage } of this.#cards) stage.pause();
  }

  tick(): void {
    const now = performance.now();
    for (const { stage, numbers } of this.#cards) {
      stage.tick();
      const live = stage.freshness.staleSeconds(now) === undefined && stage.freshness.ageMs !== undefined;
      say(numbers, live ? `${stage.freshness.fps(now).toFixed(0)} fps · ${ageText(stage.freshness.ageMs)}` : '');
    }
  }

  key(): void {
    // Nothing here is done by single keys.
  }
}

function card({ root, status }: Stage, numbers: HTMLElement): HTMLElement {
  const link = element('a', { class: 'card-link', href: `#${status.id}` }, status.name);
  return element(
    'article',
    { class: 'card' },
    root,
    element('div', { class: 'caption' }, element('h2', {}, link), numbers),
  );
}
