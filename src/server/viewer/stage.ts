import type { CameraStatus } from './camera-status.js';
import { element, say } from './elements.js';
import { Freshness } from './freshness.js';
import { PictureCanvas } from './picture-canvas.js';
import { PictureStream, type Link } from './picture-stream.js';

const STATE_TEXT: Readonly<Record<CameraStatus['state'], string>> = {
  connecting: 'Connecting to the camera',
  live: '',
  frozen: 'Camera is calibrating',
  stalled: 'No picture arrives',
  reconnecting: 'Camera is away',
  failed: 'Camera cannot be shown',
  ended: 'The recording has ended',
};

/** The picture of one camera with all that must never be left off it: its age when stale, and that colours are made up. */
export class Stage {
  readonly root: HTMLElement;
  readonly canvas: PictureCanvas;
  readonly freshness = new Freshness();
  status: CameraStatus;
  readonly #stream: PictureStream;
  readonly #veil: HTMLElement;
  readonly #title = element('strong');
  readonly #detail = element('span');
  readonly #again = element('button', { type: 'button', class: 'quiet' }, 'Try now');
  readonly #note = element('p', { class: 'tag calibrating', hidden: true }, 'Calibrating');
  readonly #mark = element('p', {
    class: 'tag made-up',
    title: 'A thermal camera measures no colour: these are made up from the photo, or stand for temperatures',
  });
  readonly #onStatus: (status: CameraStatus) => void;
  #link: Link = 'connecting';
  #retryAt = 0;

  /** @param onStatus told whenever the server says where the camera stands */
  constructor(status: CameraStatus, onStatus: (status: CameraStatus) => void = () => undefined) {
    this.status = status;
    this.#onStatus = onStatus;
    const canvas = element('canvas', { role: 'img', 'aria-label': `Live picture of ${status.name}` });
    this.canvas = new PictureCanvas(canvas, ({ picture, at, ageMs }) => {
      this.freshness.push(at, ageMs);
      this.root.style.setProperty('--ratio', `${picture.width} / ${picture.height}`);
      this.root.style.setProperty('--ratio-number', String(picture.width / picture.height));
      this.root.classList.add('painted');
      this.root.dataset['sequence'] = String(picture.sequence);
      this.#note.hidden = !picture.frozen;
      say(this.#mark, picture.synthesised === 'palette' ? 'False colours' : 'Synthesised colours');
    });
    this.#veil = element('div', { class: 'veil' }, this.#title, this.#detail, this.#again);
    this.root = element('div', { class: 'stage' }, canvas, this.#veil, this.#mark, this.#note);
    this.#again.addEventListener('click', () => {
      if (this.#link !== 'open') this.#stream.resume();
      else void fetch(`api/cameras/${status.id}/retry`, { method: 'POST' });
    });
    this.#stream = new PictureStream(status.id, {
      onPicture: (picture, receivedAt) => {
        this.canvas.push(picture, receivedAt);
      },
      onStatus: (next) => {
        this.#take(next);
      },
      onLink: (link) => {
        this.#link = link;
        this.tick();
      },
    });
  }

  /** Begins to show, or goes on. */
  resume(): void {
    this.#stream.resume();
  }

  /** Shows no more until resumed. */
  pause(): void {
    this.#stream.pause();
  }

  /** Brings what depends on the time up to date; call it a few times a second. */
  tick(): void {
    const now = performance.now();
    const [title, detail, again] = this.#trouble(now);
    say(this.#title, title);
    say(this.#detail, detail);
    this.#again.hidden = !again;
    this.#veil.hidden = title === '';
    this.root.classList.toggle('stale', title !== '');
  }

  #take(next: CameraStatus): void {
    if (next.retryInMs !== undefined && next.retryInMs !== this.status.retryInMs) {
      this.#retryAt = performance.now() + next.retryInMs;
    }
    this.status = next;
    this.tick();
    this.#onStatus(next);
  }

  #trouble(now: number): readonly [title: string, detail: string, again: boolean] {
    const seconds = this.freshness.staleSeconds(now);
    const stale = seconds === undefined ? undefined : `STALE ${seconds} s`;
    const link = this.#link;
    if (link === 'paused') return ['', '', false];
    if (typeof link === 'object') {
      return [stale ?? 'Not connected', `daylit does not answer; next try in ${countdown(link.retryAt, now)}`, true];
    }
    const { state, reason, retryInMs } = this.status;
    const text = STATE_TEXT[state];
    if (state === 'reconnecting' || state === 'failed') {
      const wait = retryInMs === undefined ? '' : `; next try in ${countdown(this.#retryAt, now)}`;
      return [stale ?? text, `${stale === undefined ? reason : text}${wait}`, retryInMs !== undefined];
    }
    if (state === 'ended') return [text, '', false];
    if (stale !== undefined) return [stale, text === '' ? 'No new picture arrives' : text, false];
    return this.root.classList.contains('painted')
      ? ['', '', false]
      : [text === '' ? 'Waiting for the first picture' : text, '', false];
  }
}

function countdown(at: number, now: number): string {
  return `${Math.max(0, Math.ceil((at - now) / 1000))} s`;
}
