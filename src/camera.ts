import type { Ages } from './core/age-meter.js';
import { systemClock } from './core/clock.js';
import type { Source } from './core/contracts.js';
import { DaylitError } from './core/errors.js';
import type { Size } from './core/frame.js';
import { silent, type Notify } from './core/notices.js';
import { present } from './core/present.js';
import type { StateChange } from './core/states.js';
import { realWait } from './core/wait.js';
import { BufferPool } from './core/buffer-pool.js';
import { freeId, nameOf } from './camera-name.js';
import { openCameraColours, type CameraColours, type ColourSettings } from './camera-colours.js';
import { parseStream, type StreamInput, type StreamOptions } from './config.js';
import type { RunningStream } from './pipeline/run-live.js';
import { referenceFrom } from './reference.js';
import { DetectionBoard } from './detections.js';
import { ReferenceShelf, type NamedPhoto, type ShelvedPhoto } from './reference-shelf.js';
import { FrameRate } from './frame-rate.js';
import { LatestFrame } from './sinks/latest-frame.js';
import { LatestPicture } from './sinks/latest-picture.js';
import { inRealTime } from './sources/in-real-time.js';
import { openSynthetic } from './sources/synthetic/source.js';
import type { SharedColorizers } from './shared-colorizers.js';
import { stream } from './stream.js';
import { Thermometer } from './thermometer.js';

export type { ReferenceShelf } from './reference-shelf.js';
export { VIEWS, type View } from './sinks/kept-frame.js';
export type { CodedPicture } from './sinks/latest-picture.js';
export { FrameClient, MOST_CREDIT } from './sinks/frame-client.js';
export { FRAME_FORMATS, FRAME_PARTS } from './sinks/frames-protocol.js';
export { ViewerClient, type ViewerSocket } from './sinks/websocket.js';

/** Milliseconds between two looks at where a camera stands. */
const STATUS_EVERY = 1000;

/** What a camera to be served is; outputs besides its viewers are for `stream`. */
export type CameraInput = Omit<
  StreamInput,
  'outputs' | 'sideBySide' | 'codec' | 'crf' | 'preset' | 'format' | 'segment'
>;

/** Where a served camera stands. */
export interface CameraStatus {
  readonly id: string;
  readonly name: string;
  readonly state: StateChange['state'];
  /** Why, in one plain sentence. */
  readonly reason: string;
  readonly code?: StateChange['code'];
  /** Milliseconds from the change of state to the next try. */
  readonly retryInMs?: number;
  readonly epoch: number;
  /** Coloured pictures a second, over the last seconds. */
  readonly fps: number;
  readonly framesIn: number;
  readonly coloured: number;
  /** For newer ones, since colouring was busy. */
  readonly dropped: number;
  /** From arrival until coloured, of the last pictures. */
  readonly ageMs?: Ages;
  /** Of the picture. */
  readonly size?: Size;
  /** What runs the model, or the palette. */
  readonly provider: string;
  readonly viewers: number;
  /** Programs that read frames. */
  readonly programs: number;
  readonly smoothing: number;
  /** Which false colours; null: the model's. */
  readonly palette: ColourSettings['palette'];
  /** None where a palette colours. */
  readonly references?: readonly ShelvedPhoto[];
}

/** One camera that runs, with its newest picture and the photos it is coloured after. */
export interface Camera {
  /** Short, for addresses: `[a-z0-9-]+`. */
  readonly id: string;
  readonly picture: LatestPicture;
  /** For programs that ask for frames. */
  readonly frames: LatestFrame;
  /** What detectors have found in its pictures. */
  readonly detections: DetectionBoard;
  readonly thermometer: Pick<Thermometer, 'at'>;
  /** How it is coloured, to be changed while it runs. */
  readonly colours: Pick<CameraColours, 'settings' | 'adjust'>;
  /** None where photos cannot be used. */
  readonly references: ReferenceShelf | undefined;
  status(): CameraStatus;
  /** Told at each change of state, of photos, and once a second. @returns stops it */
  onChange(listener: () => void): () => void;
  retryNow(): void;
  /** Stops the stream and lets the model go. */
  close(): Promise<void>;
}

/** How a caller follows a camera, and what it shares with others. */
export interface CameraHooks {
  readonly notify?: Notify;
  readonly onState?: (change: StateChange) => void;
  /** Where its colorizer comes from; left out: where those of all cameras of this process do. */
  readonly colorizers?: SharedColorizers;
  /** Asked for each coloured frame: whether it may be shown; false keeps it from viewers and outputs. */
  readonly mayShow?: () => boolean;
}

/**
 * Starts one camera: an address, a recording in its own time, or a synthetic scene. The stream goes on by itself until
 * `close`, whatever happens to the camera.
 *
 * @param taken ids of other cameras
 * @throws DaylitError where it cannot begin: options, ffmpeg, model, reference
 */
export async function openCamera(
  input: CameraInput,
  taken: readonly string[] = [],
  { notify = silent, onState, colorizers, mayShow }: CameraHooks = {},
): Promise<Camera> {
  const options = parseStream(withOwnDaylight(input));
  const photos = options.references.map((name) => ({
    name: isSynthetic(name) ? `${nameOf(name)} by day` : nameOf(name),
    reference: referenceFrom(name),
  }));
  const colours = await openCameraColours(
    options,
    photos.map(({ reference }) => reference),
    notify,
    colorizers,
  );
  const running = new RunningCamera(freeId(options.input, taken), options, colours, photos, onState);
  try {
    await running.start(streamInput(input), { notify, ...present({ mayShow }) });
  } catch (thrown) {
    await running.close();
    throw DaylitError.from(thrown);
  }
  return running;
}

class RunningCamera implements Camera {
  readonly id: string;
  readonly picture: LatestPicture;
  readonly frames: LatestFrame;
  readonly detections: DetectionBoard;
  readonly thermometer: Thermometer;
  readonly colours: CameraColours;
  readonly references: ReferenceShelf;
  readonly #options: StreamOptions;
  readonly #onState: ((change: StateChange) => void) | undefined;
  readonly #listeners = new Set<() => void>();
  readonly #stop = new AbortController();
  readonly #rate = new FrameRate(systemClock);
  readonly #timer: NodeJS.Timeout;
  #running: Pick<RunningStream, 'status' | 'retryNow'> | undefined;
  #change: StateChange = { of: 'source', state: 'connecting', reason: 'started' };
  #over: Promise<unknown> = Promise.resolve();

  constructor(
    id: string,
    options: StreamOptions,
    colours: CameraColours,
    photos: readonly NamedPhoto[],
    onState: ((change: StateChange) => void) | undefined,
  ) {
    this.id = id;
    this.#options = options;
    this.colours = colours;
    this.#onState = onState;
    this.detections = new DetectionBoard(id, systemClock);
    this.picture = new LatestPicture(id, systemClock, () => ({ detections: this.detections.current() }));
    this.thermometer = new Thermometer(() => this.frames.readers > 0);
    this.frames = new LatestFrame(systemClock, (moment) => ({
      camera: id,
      ...present({ telemetry: moment.telemetry?.newest, celsius: this.thermometer.rangeOf(moment) }),
    }));
    this.#timer = setInterval(() => {
      this.#rate.push(this.picture.frames);
      this.#tellListeners();
    }, STATUS_EVERY).unref();
    this.references = new ReferenceShelf(
      photos,
      (references) => colours.useReferences(references),
      () => {
        this.#tellListeners();
      },
    );
  }

  /** Resolves once the stream runs. @throws DaylitError if it cannot begin */
  async start(input: StreamInput, hooks: Pick<CameraHooks, 'notify' | 'mayShow'>): Promise<void> {
    const { picture, frames, thermometer } = this;
    let started = (): void => undefined;
    const begun = new Promise<void>((resolve) => (started = resolve));
    const source = this.#options.input;
    const over = stream(
      input,
      {
        ...hooks,
        onState: (change) => {
          this.#told(change);
        },
        onStart: (running) => {
          this.#running = running;
          started();
        },
        until: this.#stop.signal,
      },
      {
        ...(isSynthetic(source) ? { connect: () => Promise.resolve(synthetic(source)) } : {}),
        colorizer: this.colours,
        onFrame: (frame) => {
          thermometer.look(frame);
        },
        sinks: [picture, frames].map((sink) => ({ target: sink.target, open: () => Promise.resolve(sink) })),
      },
    );
    this.#over = over.catch((thrown: unknown) => {
      const { code, message } = DaylitError.from(thrown);
      this.#told({ of: 'source', state: 'failed', reason: message, code });
    });
    await Promise.race([begun, over]);
  }

  status(): CameraStatus {
    const { state, reason, code, retryInMs, epoch = 0 } = this.#change;
    const { framesIn = 0, coloured = 0, dropped = 0, outputs = [] } = this.#running?.status() ?? {};
    const { size, watchers: viewers } = this.picture;
    return {
      ...{ id: this.id, name: nameOf(this.#options.input), state, reason, epoch },
      ...present({ code, retryInMs, size, ageMs: outputs[0]?.ageMs }),
      ...{ fps: this.#rate.now(), framesIn, coloured, dropped, viewers, programs: this.frames.readers },
      ...{ ...this.colours.settings, provider: this.colours.provider, references: this.references.list() },
    };
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  retryNow(): void {
    this.#running?.retryNow();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#stop.abort();
    await this.#over;
    await this.colours.close();
  }

  #told(change: StateChange): void {
    if (change.of !== 'source') return;
    this.#change = change;
    this.#onState?.({ ...change, of: this.id });
    this.#tellListeners();
  }

  #tellListeners(): void {
    for (const listener of this.#listeners) listener();
  }
}

const isSynthetic = (address: string): boolean => address.startsWith('synthetic:');

/** A synthetic scene without a photo is coloured by its own daylight view. */
function withOwnDaylight(input: CameraInput): CameraInput {
  return isSynthetic(input.input) && input.references === undefined ? { ...input, references: [input.input] } : input;
}

/** A scene that ends is over, as a recording's end is. */
function streamInput(input: CameraInput): StreamInput {
  return isSynthetic(input.input) ? { ...input, realtime: true } : input;
}

function synthetic(address: string): Source {
  const source = openSynthetic(address, { pool: new BufferPool(), clock: systemClock });
  return inRealTime(source, systemClock, realWait);
}
