import type { Camera, CameraMeasures, CameraStatus } from '../../src/camera.js';
import { systemClock } from '../../src/core/clock.js';
import { AgeMeter } from '../../src/core/age-meter.js';
import { StageMeter } from '../../src/core/stage-meter.js';
import { DaylitError } from '../../src/core/errors.js';
import type { Size } from '../../src/core/frame.js';
import type { FrameTelemetry } from '../../src/core/telemetry.js';
import { DetectionBoard } from '../../src/detections.js';
import type { ColourSettings } from '../../src/camera-colours.js';
import { findFfmpeg, type FfmpegBinary } from '../../src/ffmpeg/binary.js';
import { ReferenceShelf } from '../../src/reference-shelf.js';
import type { Reference } from '../../src/model/reference-photo.js';
import { LatestFrame } from '../../src/sinks/latest-frame.js';
import { LatestPicture } from '../../src/sinks/latest-picture.js';
import { colourFrame } from './colour-frames.js';

/** Colours that only keep what they are told. */
class FakeColours {
  settings: ColourSettings = { smoothing: 0.8, palette: null };

  adjust(changes: Partial<ColourSettings>): Promise<void> {
    this.settings = { ...this.settings, ...changes };
    return Promise.resolve();
  }
}

/** A camera to be served whose pictures and states are made by hand. */
export class ServedCamera implements Camera {
  readonly picture: LatestPicture;
  readonly frames: LatestFrame;
  readonly detections: DetectionBoard;
  /** Of a drone's frames. */
  telemetry: FrameTelemetry | undefined;
  /** Celsius where the camera measures temperatures. */
  celsius: number | undefined;
  readonly thermometer = {
    at: (): Promise<number> =>
      this.celsius === undefined
        ? Promise.reject(new DaylitError('NO_TEMPERATURE', 'made by hand'))
        : Promise.resolve(this.celsius),
  };
  readonly colours: FakeColours = new FakeColours();
  readonly references: ReferenceShelf | undefined;
  /** What it was told to be coloured after, newest last. */
  readonly applied: (readonly Reference[])[] = [];
  /** Makes the next change of photos fail. */
  failure: DaylitError | undefined;
  state: CameraStatus['state'] = 'live';
  retryInMs: number | undefined;
  retries = 0;
  readonly #listeners = new Set<() => void>();
  #sequence = 0;

  constructor(
    readonly id: string,
    options: { readonly palette?: boolean; readonly video?: boolean } = {},
  ) {
    this.detections = new DetectionBoard(id, systemClock);
    const besides = (): Readonly<Record<string, unknown>> => ({
      detections: this.detections.current(),
      temperatures: this.celsius !== undefined,
    });
    const noVideo = async (): Promise<FfmpegBinary> => ({ ...(await findFfmpeg()), encoders: new Set<string>() });
    this.picture = new LatestPicture(id, systemClock, besides, options.video === false ? noVideo : findFfmpeg);
    this.frames = new LatestFrame(systemClock, () => ({ camera: id }));
    const photo = {
      name: 'noon.jpg',
      reference: { pixels: new Uint8Array(12).fill(200), size: { width: 2, height: 2 } },
    };
    const apply = (references: readonly Reference[]): Promise<void> => {
      if (this.failure !== undefined) return Promise.reject(this.failure);
      this.applied.push(references);
      return Promise.resolve();
    };
    this.references =
      options.palette === true
        ? undefined
        : new ReferenceShelf([photo], apply, () => {
            this.tell();
          });
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  status(): CameraStatus {
    const references = this.references?.list();
    return {
      ...{ id: this.id, name: this.id, state: this.state, reason: 'made by hand', epoch: 2, fps: 9.5, provider: 'cpu' },
      ...{
        framesIn: 12,
        coloured: 10,
        dropped: 2,
        outputs: [],
        viewers: this.picture.watchers,
        programs: this.frames.readers,
        ageMs: { p50: 20, p95: 45 },
      },
      ...this.colours.settings,
      ...(this.retryInMs === undefined ? {} : { retryInMs: this.retryInMs }),
      ...(references === undefined ? {} : { references }),
    };
  }

  measures(): CameraMeasures {
    const [stages, ages] = [new StageMeter(systemClock), new AgeMeter()];
    for (const milliseconds of [4, 40]) {
      stages.add('model', milliseconds);
      ages.add(milliseconds);
    }
    return { stages: stages.histograms(), age: ages.histogram(), unreadable: 1 };
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** As once a second, and at each change. */
  tell(): void {
    for (const listener of this.#listeners) listener();
  }

  /** Shows a picture: thermal of one grey, colour of one red. */
  show(grey: number, red: number, size = { width: 64, height: 48 }): Promise<void> {
    const pixels = new Uint8Array(size.width * size.height * 3);
    for (let at = 0; at < pixels.length; at += 3) pixels[at] = red;
    return this.showPixels(pixels, grey, size);
  }

  /** Shows a picture of these colours. */
  async showPixels(pixels: Uint8Array<ArrayBuffer>, grey: number, size: Size): Promise<void> {
    const thermal = new Uint8Array(size.width * size.height).fill(grey);
    const sequence = this.#sequence++;
    const seen = this.telemetry === undefined ? {} : { telemetry: this.telemetry };
    const frame = { ...colourFrame({ sequence, size, pixels }), thermal, ...seen, arrivedAt: systemClock.now() };
    await Promise.all([this.picture.write(frame), this.frames.write(frame)]);
  }

  retryNow(): void {
    this.retries += 1;
  }

  close(): Promise<void> {
    return this.picture.discard();
  }
}
