import { element } from './elements.js';

const STEP = 2;
const BIG_STEP = 10;

/** The line between thermal and colour: drawn with pointer or finger, or moved by the keyboard. */
export class ComparisonSlider {
  readonly handle: HTMLElement;
  readonly #stage: HTMLElement;
  #percent = 50;

  /** @param stage whose style is told where the line is: `--line` */
  constructor(stage: HTMLElement) {
    this.#stage = stage;
    this.handle = element(
      'div',
      {
        class: 'line',
        role: 'slider',
        tabindex: '0',
        'aria-label': 'Line between thermal picture and colours',
        'aria-orientation': 'horizontal',
        'aria-valuemin': '0',
        'aria-valuemax': '100',
      },
      element('span', { class: 'grip', 'aria-hidden': 'true' }),
    );
    this.handle.addEventListener('keydown', (event) => {
      const to = this.#byKey(event.key);
      if (to === undefined) return;
      event.preventDefault();
      this.percent = to;
    });
    stage.addEventListener('pointerdown', (event) => {
      if (this.handle.hidden || event.button !== 0 || (event.target as Element).closest('button') !== null) return;
      stage.setPointerCapture(event.pointerId);
      this.handle.focus({ preventScroll: true });
      this.#follow(event);
    });
    stage.addEventListener('pointermove', (event) => {
      if (stage.hasPointerCapture(event.pointerId)) this.#follow(event);
    });
    this.percent = 50;
  }

  get percent(): number {
    return this.#percent;
  }

  set percent(wanted: number) {
    const percent = Math.min(100, Math.max(0, wanted));
    this.#percent = percent;
    const whole = Math.round(percent);
    this.handle.setAttribute('aria-valuenow', String(whole));
    this.handle.setAttribute('aria-valuetext', `${whole} % thermal, ${100 - whole} % colour`);
    this.#stage.style.setProperty('--line', `${percent}%`);
  }

  #byKey(key: string): number | undefined {
    const steps: Readonly<Record<string, number>> = {
      ...{ ArrowLeft: -STEP, ArrowDown: -STEP, ArrowRight: STEP, ArrowUp: STEP },
      ...{ PageDown: -BIG_STEP, PageUp: BIG_STEP, Home: -100, End: 100 },
    };
    const step = steps[key];
    return step === undefined ? undefined : this.#percent + step;
  }

  #follow({ clientX }: PointerEvent): void {
    const { left, width } = this.#stage.getBoundingClientRect();
    this.percent = (100 * (clientX - left)) / width;
  }
}
