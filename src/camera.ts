import { systemClock } from './core/clock.js';
import type { Sink, Source } from './core/contracts.js';
import { DaylitError } from './core/errors.js';
import { silent, type Notify } from './core/notices.js';
import { present } from './core/present.js';
import type { StateChange } from './core/states.js';
import { realWait } from './core/wait.js';
import { BufferPool } from './core/buffer-pool.js';
import { freeId, nameOf } from './camera-name.js';
import type { CameraMeasures, CameraStatus } from './camera-status.js';
import { openCameraColours, type CameraColours } from './camera-colours.js';
import { parseStream, type StreamInput, type StreamOptions } from './config.js';
import type { RunningStream } from './pipeline/run-live.js';
import { referenceFrom } from './reference.js';
import { DetectionBoard } from './detections.js';
import { findFfmpeg, type FfmpegBinary } from './ffmpeg/binary.js';
import { ReferenceShelf, type NamedPhoto } from './reference-shelf.js';
import { FrameRate } from './frame-rate.js';
import { LatestFrame } from './sinks/latest-frame.js';
import { LatestPicture } from './sinks/latest-picture.js';
import { inRealTime } from './sources/in-real-time.js';
import { openSynthetic } from './sources/synthetic/source.js';
import type { SharedColorizers } from './shared-colorizers.js';
import { stream } from './stream.js';
import { Thermometer } from './thermometer.js';

export type { CameraMeasures, CameraStatus } from './camera-status.js';
export { encodingsOfThisProcess } from './model/reference-cache.js';
export type { ReferenceShelf } from './reference-shelf.js';
export { HlsOutput } from './sinks/hls-output.js';
export { VIEWS, type View } from './sinks/kept-frame.js';
export type { CodedPicture } from './sinks/latest-picture.js';
export { FrameClient, MOST_CREDIT } from './sinks/frame-client.js';
export { FRAME_FORMATS, FRAME_PARTS } from './sinks/frames-protocol.js';
export { ViewerClient, type ViewerSocket } from './sinks/websocket.js';

/** Milliseconds between two looks at where a camera stands. */
const STATUS_EVERY = 1000;

/** What a camera is, with its outputs besides those who watch it. */
export interface CameraInput extends Omit<StreamInput, 'format'> {
  /** Made from its address if left out. */
  readonly id?: string;
  /** What people call it; its id if left out, or else its address. */
  readonly name?: string;
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
  /** None before its stream has begun. */
  measures(): CameraMeasures | undefined;
  /** Told at each change of state, of photos, and once a second. @returns stops it */
  onChange(listener: () => void): () => void;
  retryNow(): void;
  /** Stops the stream: what came in is written, outputs are finished. Then lets the model go. */
  close(): Promise<void>;
}

/** How a caller follows a camera, and what it shares with others. */
export interface CameraHooks {
  readonly notify?: Notify;
  /** Told of the camera by its id, and of its outputs by `id → output`. */
  readonly onState?: (change: StateChange) => void;
  /** Whether anybody may watch, as with a server; else it has its outputs alone. Left out: yes. */
  readonly watched?: boolean;
  /** Aborted: end at once; what has been recorded stays. */
  readonly abort?: AbortSignal;
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
  { id, name, ...input }: CameraInput,
  taken: readonly string[] = [],
  hooks: CameraHooks = {},
): Promise<Camera> {
  const { notify = silent, colorizers } = hooks;
  const options = parseStream(withOwnDaylight(input));
  const photos = options.references.map((name) => ({
    name: isSynthetic(name) ? `${nameOf(name)} by day` : nameOf(name),
    reference: referenceFrom(name),
    address: name,
  }));
  const colours = await openCameraColours(
    options,
    photos.map(({ reference }) => reference),
    notify,
    colorizers,
  );
  const called = { id: id ?? freeId(options.input, taken), name: name ?? id ?? nameOf(options.input) };
  const running = new RunningCamera(called, options, colours, photos, hooks);
  try {
    await running.start(streamInput(input));
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
  readonly #name: string;
  readonly #options: StreamOptions;
  readonly #hooks: CameraHooks;
  readonly #listeners = new Set<() => void>();
  readonly #stop = new AbortController();
  readonly #rate = new FrameRate(systemClock);
  readonly #timer: NodeJS.Timeout;
  #running: Pick<RunningStream, 'status' | 'measures' | 'retryNow'> | undefined;
  #change: StateChange = { of: 'source', state: 'connecting', reason: 'started' };
  #over: Promise<unknown> = Promise.resolve();

  constructor(
    { id, name }: Required<Pick<CameraInput, 'id' | 'name'>>,
    options: StreamOptions,
    colours: CameraColours,
    photos: readonly NamedPhoto[],
    hooks: CameraHooks,
  ) {
    this.id = id;
    this.#name = name;
    this.#options = options;
    this.colours = colours;
    this.#hooks = hooks;
    this.detections = new DetectionBoard(id, systemClock);
    const besides = (): Readonly<Record<string, unknown>> => ({
      detections: this.detections.current(),
      temperatures: this.thermometer.measures,
    });
    const ffmpeg = (): Promise<FfmpegBinary> => findFfmpeg(present({ path: options.ffmpeg }));
    this.picture = new LatestPicture(id, systemClock, besides, ffmpeg);
    this.thermometer = new Thermometer(() => this.frames.readers > 0);
    this.frames = new LatestFrame(systemClock, (moment) => ({
      camera: id,
      ...present({ telemetry: moment.telemetry?.newest, celsius: this.thermometer.rangeOf(moment) }),
    }));
    this.#timer = setInterval(() => {
      this.#rate.push(this.#running?.status().coloured ?? 0);
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
  async start(input: StreamInput): Promise<void> {
    const { thermometer } = this;
    const { notify, mayShow, abort } = this.#hooks;
    let started = (): void => undefined;
    const begun = new Promise<void>((resolve) => (started = resolve));
    const source = this.#options.input;
    const over = stream(
      input,
      {
        ...present({ notify, mayShow, abort }),
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
        sinks: this.#watchers.map((sink) => ({
          ...{ target: sink.target, open: () => Promise.resolve(sink), apart: true },
        })),
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
    // Whoever watches comes after the outputs.
    const count = this.#options.outputs.length;
    return {
      ...{ id: this.id, name: this.#name, state, reason, epoch, outputs: outputs.slice(0, count) },
      ...present({ code, retryInMs, size, ageMs: (outputs[count] ?? outputs[0])?.ageMs }),
      ...{ fps: this.#rate.now(), framesIn, coloured, dropped, viewers, programs: this.frames.readers },
      ...{ ...this.colours.settings, provider: this.colours.provider, references: this.references.list() },
    };
  }

  measures(): CameraMeasures | undefined {
    if (this.#running === undefined) return undefined;
    const { stages, ages } = this.#running.measures();
    const age = ages[this.#options.outputs.length] ?? ages[0];
    return age === undefined ? undefined : { stages, age, unreadable: this.#running.status().unreadable };
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

  /** Viewers and programs, for whom the newest frame is kept. */
  get #watchers(): readonly Sink[] {
    return this.#hooks.watched === false ? [] : [this.picture, this.frames];
  }

  #told(change: StateChange): void {
    if (change.of === 'source') {
      this.#change = change;
      this.#hooks.onState?.({ ...change, of: this.id });
    } else if (!this.#watchers.some(({ target }) => target === change.of)) {
      this.#hooks.onState?.({ ...change, of: `${this.id} → ${change.of}` });
    }
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
