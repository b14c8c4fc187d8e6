import { secondsOf, type Frame, type FrameMarks } from '../core/frame.js';
import type { Notify } from '../core/notices.js';
import type { PolarityDecision } from './polarity.js';

/** Repeats shorter than this are no freeze: 9 Hz cameras in 30 fps files repeat every frame. */
const FREEZE_TOLD_AFTER_MS = 250;

/** Says each thing about a stream once, and again only when it changes. */
export class NoticeBoard {
  readonly #notify: Notify;
  #agc: string | undefined;
  #polarity: string | undefined;
  #frozenMs = 0;
  #freezeTold = false;

  constructor(notify: Notify) {
    this.#notify = notify;
  }

  /** What gain control does. */
  agc(doing: string): void {
    if (doing === this.#agc) return;
    this.#agc = doing;
    const message = doing === 'none' ? 'Grey levels are taken as they are.' : `Gain control: ${doing}.`;
    this.#notify({ kind: 'agc', message, data: { agc: doing } });
  }

  /** What the pictures say about polarity. */
  polarity({ polarity, confidence }: PolarityDecision): void {
    if (polarity === this.#polarity) return;
    this.#polarity = polarity;
    const percent = Math.round(100 * confidence);
    this.#notify({
      kind: 'polarity',
      message: `Taken for ${polarity} (${percent} % sure); --polarity overrides.`,
      data: { polarity, confidence: percent / 100 },
    });
  }

  /** Freezes and cuts; of stills, which are often unrelated pictures, cuts are not told. */
  frame(frame: Frame, marks: FrameMarks, elapsedMs: number): void {
    const seconds = Math.round(1000 * secondsOf(frame)) / 1000;
    if (marks.frozen !== true) {
      this.#frozenMs = 0;
      this.#freezeTold = false;
    } else {
      this.#frozenMs += elapsedMs;
      if (!this.#freezeTold && this.#frozenMs >= FREEZE_TOLD_AFTER_MS) {
        this.#freezeTold = true;
        this.#notify({
          kind: 'frozen',
          message: `The camera repeats its picture at ${seconds} s.`,
          data: { seconds, sequence: frame.sequence },
        });
      }
    }
    if (marks.cut === true && frame.name === undefined) {
      this.#notify({ kind: 'cut', message: `New scene at ${seconds} s.`, data: { seconds, sequence: frame.sequence } });
    }
  }
}
