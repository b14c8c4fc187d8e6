import type { CameraStatus } from './camera-status.js';
import { element, say } from './elements.js';
import type { Link } from './picture-stream.js';

const STATE_TEXT: Readonly<Record<CameraStatus['state'], string>> = {
  connecting: 'Connecting to the camera',
  live: '',
  frozen: 'Camera is calibrating',
  stalled: 'No picture arrives',
  reconnecting: 'Camera is away',
  failed: 'Camera cannot be shown',
  ended: 'The recording has ended',
};

/** What is wrong with what is seen. */
export interface Trouble {
  readonly title: string;
  readonly detail: string;
  /** Whether trying again now makes sense. */
  readonly again: boolean;
}

/** What is known when it is decided. Times are those of `performance.now()`. */
export interface Circumstances {
  readonly now: number;
  readonly link: Link;
  readonly status: CameraStatus;
  /** When the server tries to reach the camera again. */
  readonly retryAt: number;
  /** Seconds that the picture is old, where it is too old. */
  readonly staleSeconds: number | undefined;
  /** Whether a picture is seen at all. */
  readonly painted: boolean;
  /** Whether this visitor may send the server to the camera again; anybody may call the server again. */
  readonly mayRetry: boolean;
}

/** Whether, and why, what is seen is no live picture. */
export function troubleOf(circumstances: Circumstances): Trouble | undefined {
  const { now, link, status, retryAt, staleSeconds, painted, mayRetry } = circumstances;
  const stale = staleSeconds === undefined ? undefined : `STALE ${staleSeconds} s`;
  if (link === 'paused') return undefined;
  if (typeof link === 'object') {
    const detail = `daylit does not answer; next try in ${countdown(link.retryAt, now)}`;
    return { title: stale ?? 'Not connected', detail, again: true };
  }
  const { state, reason, retryInMs } = status;
  const text = STATE_TEXT[state];
  if (state === 'reconnecting' || state === 'failed') {
    const wait = retryInMs === undefined ? '' : `; next try in ${countdown(retryAt, now)}`;
    const detail = `${stale === undefined ? reason : text}${wait}`;
    return { title: stale ?? text, detail, again: mayRetry && retryInMs !== undefined };
  }
  if (state === 'ended') return { title: text, detail: '', again: false };
  if (stale !== undefined) return { title: stale, detail: text === '' ? 'No new picture arrives' : text, again: false };
  if (painted) return undefined;
  return { title: text === '' ? 'Waiting for the first picture' : text, detail: '', again: false };
}

/** Lies over a picture that must not be taken for live, and says why. */
export class Veil {
  readonly root: HTMLElement;
  readonly #title = element('strong');
  readonly #detail = element('span');
  readonly #again = element('button', { type: 'button', class: 'quiet' }, 'Try now');

  constructor(onAgain: () => void) {
    this.root = element('div', { class: 'veil' }, this.#title, this.#detail, this.#again);
    this.#again.addEventListener('click', onAgain);
  }

  show(trouble: Trouble | undefined): void {
    this.root.hidden = trouble === undefined;
    say(this.#title, trouble?.title ?? '');
    say(this.#detail, trouble?.detail ?? '');
    this.#again.hidden = trouble?.again !== true;
  }
}

function countdown(at: number, now: number): string {
  return `${Math.max(0, Math.ceil((at - now) / 1000))} s`;
}
