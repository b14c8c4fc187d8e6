import type { CameraStatus } from './camera-status.js';
import type { Decoded } from './decoded-picture.js';
import { DetectionBoxes } from './detection-boxes.js';
import { element, say } from './elements.js';
import { Freshness } from './freshness.js';
import { PictureCanvas } from './picture-canvas.js';
import { PictureStream, type Link } from './picture-stream.js';
import { Playback, type Way } from './playback.js';
import { TemperatureProbe } from './temperature-probe.js';
import { TelemetryLines } from './telemetry-lines.js';
import { troubleOf, Veil } from './trouble.js';

/** The picture of one camera with all that must never be left off it: its age when stale, and that colours are made up. */
export class Stage {
  readonly root: HTMLElement;
  readonly canvas: PictureCanvas;
  readonly freshness = new Freshness();
  status: CameraStatus;
  readonly #stream: PictureStream;
  readonly #playback: Playback;
  readonly #veil: Veil;
  readonly #boxes = new DetectionBoxes();
  readonly #telemetry = new TelemetryLines();
  readonly #temperature: TemperatureProbe;
  readonly #calibrating = element('p', { class: 'tag', hidden: true }, 'Calibrating');
  readonly #mark = element('p', {
    class: 'tag made-up',
    title: 'A thermal camera measures no colour: these are made up from the photo, or stand for temperatures',
  });
  readonly #mayChange: boolean;
  readonly #onStatus: (status: CameraStatus) => void;
  #link: Link = 'connecting';
  #retryAt = 0;

  /**
   * @param ways how pictures can be played here
   * @param mayChange whether this visitor may do more than watch
   * @param onStatus told whenever the server says where the camera stands
   */
  constructor(
    status: CameraStatus,
    ways: readonly Way[],
    mayChange: boolean,
    onStatus: (status: CameraStatus) => void = () => undefined,
  ) {
    this.status = status;
    this.#mayChange = mayChange;
    this.#onStatus = onStatus;
    this.canvas = new PictureCanvas(`Live picture of ${status.name}`);
    this.#veil = new Veil(() => {
      if (this.#link !== 'open') this.#stream.resume();
      else void fetch(`api/cameras/${status.id}/retry`, { method: 'POST' });
    });
    const notes = element('div', { class: 'notes' }, this.#calibrating, this.#telemetry.root);
    this.root = element(
      'div',
      { class: 'stage', 'data-mode': 'colour' },
      ...[this.canvas.root, this.#boxes.root, this.#veil.root, this.#mark, notes],
    );
    this.#temperature = new TemperatureProbe(status.id, this.root);
    this.root.append(this.#temperature.root);
    this.#playback = new Playback(ways, this.root, {
      onPicture: (decoded) => {
        this.#show(decoded);
      },
      onOtherCoding: () => {
        this.#stream.resume();
      },
    });
    this.#stream = new PictureStream(status.id, {
      coding: () => this.#playback.coding,
      onPicture: (received) => {
        this.#playback.push(received);
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

  /** How pictures are coded and played, for people. */
  get codec(): string {
    return this.#playback.name;
  }

  /** Begins to show, or goes on. */
  resume(): void {
    this.#stream.resume();
  }

  /** Shows no more until resumed. */
  pause(): void {
    this.#stream.pause();
    this.#playback.stop();
  }

  /** Brings what depends on the time up to date; call it a few times a second. */
  tick(): void {
    const now = performance.now();
    const trouble = troubleOf({
      ...{ now, link: this.#link, status: this.status, retryAt: this.#retryAt },
      staleSeconds: this.freshness.staleSeconds(now),
      painted: this.root.classList.contains('painted'),
      mayRetry: this.#mayChange,
    });
    this.#veil.show(trouble);
    this.root.classList.toggle('stale', trouble !== undefined);
  }

  #show(decoded: Decoded): void {
    const { picture, at: receivedAt } = decoded;
    this.canvas.show(decoded);
    const at = performance.now();
    this.freshness.push(at, picture.ageMs + at - receivedAt);
    this.root.style.setProperty('--ratio', `${picture.width} / ${picture.height}`);
    this.root.style.setProperty('--ratio-number', String(picture.width / picture.height));
    this.root.classList.add('painted');
    this.root.dataset['sequence'] = String(picture.sequence);
    this.#calibrating.hidden = !picture.frozen;
    this.#boxes.show(picture.metadata['detections']);
    this.#temperature.measures = picture.metadata['temperatures'] === true;
    this.#telemetry.show(picture.metadata['telemetry']);
    const falseColours = picture.synthesised === 'palette' || this.root.dataset['mode'] === 'palette';
    say(this.#mark, falseColours ? 'False colours' : 'Synthesised colours');
  }

  #take(next: CameraStatus): void {
    if (next.retryInMs !== undefined && next.retryInMs !== this.status.retryInMs) {
      this.#retryAt = performance.now() + next.retryInMs;
    }
    this.status = next;
    this.tick();
    this.#onStatus(next);
  }
}
