import { BufferPool } from './core/buffer-pool.js';
import { systemClock } from './core/clock.js';
import type { Colorizer, ColorizerStream, Source, SourceInfo } from './core/contracts.js';
import { DaylitError } from './core/errors.js';
import type { Frame } from './core/frame.js';
import { silent, type Notify } from './core/notices.js';
import { StageMeter, type OnStep } from './core/stage-meter.js';
import type { OnState } from './core/states.js';
import { parseStream, type StreamInput } from './config.js';
import { openColorizer, SMOOTHING } from './create-daylit.js';
import { findFfmpeg } from './ffmpeg/binary.js';
import { ffmpegFor } from './sinks/hardware-codec.js';
import { AdaptiveStream } from './pipeline/adaptive-stream.js';
import { BACKOFF } from './pipeline/backoff.js';
import { createPaletteColorizer } from './pipeline/palette-colorizer.js';
import { PaletteMeanwhile } from './pipeline/palette-meanwhile.js';
import type { LiveTarget } from './pipeline/live-outputs.js';
import { runLive, type LiveStatus, type RunningStream } from './pipeline/run-live.js';
import { SnapshotBell } from './sinks/snapshots.js';
import { connectionOf, isScene } from './stream-source.js';
import { targetsOf } from './stream-outputs.js';
import { createNormalizer } from './thermal/normalizer.js';

/** False colours that nobody takes for daylight. */
const WHILE_THE_MODEL_IS_AWAY = 'ironbow';

/** Milliseconds between two looks at where a stream stands. */
const STATUS_EVERY = 1000;

/** What a running stream can be asked. */
export interface StreamControls extends Pick<RunningStream, 'status' | 'measures' | 'retryNow'> {
  /** Adds the next picture to each row of snapshots. */
  takeSnapshots(): void;
}

/** How a caller follows and stops a stream. */
export interface StreamHooks {
  /** Told what was decided on the way: device, polarity, palette. */
  readonly notify?: Notify;
  /** Told each change of state of the source and of each output, with its reason. */
  readonly onState?: OnState;
  /** Told each step of each stage, as it ends. */
  readonly onStep?: OnStep;
  /** Told once a second where it stands. */
  readonly onStatus?: (status: LiveStatus) => void;
  /** Handed what a running stream can be asked, as soon as there is one. */
  readonly onStart?: (stream: StreamControls) => void;
  /** Asked for each coloured frame: whether it may be shown; false keeps it from all outputs. */
  readonly mayShow?: () => boolean;
  /** Aborted: take no more frames, write those inside, finish the outputs. The normal end of a stream. */
  readonly until?: AbortSignal;
  /** Aborted: end at once; what has been recorded stays. */
  readonly abort?: AbortSignal;
}

/** Ready-made parts of one's own. */
export interface StreamParts {
  /** Instead of connecting to `input`: called for each connection, with a signal that ends it. */
  readonly connect?: (signal: AbortSignal) => Promise<Source>;
  /** Instead of the model and references, or palette, that the stream names. Used, not closed. */
  readonly colorizer?: Colorizer;
  /** Shown each frame as it came, before anything was done to it; its pixels are its own only until it returns. */
  readonly onFrame?: (frame: Frame) => void;
  /** Besides `outputs`: opened when their first frame is there, and again when they break. */
  readonly sinks?: readonly LiveTarget[];
}

/**
 * Colours a camera's pictures as they come and hands them to all outputs, until it is stopped: connects again whenever
 * the camera goes, keeps the newest frame when the model is slower than the camera, and lets no output hold up another.
 *
 * @returns where it stood at its end
 * @throws DaylitError where it cannot even begin (options, ffmpeg, model, reference); INTERRUPTED when it was aborted. A
 * camera or receiver that is away is no error but a state; a model that is away is stood in for by false colours.
 */
export async function stream(
  input: StreamInput,
  hooks: StreamHooks = {},
  parts: StreamParts = {},
): Promise<LiveStatus> {
  const options = parseStream(input);
  const { notify = silent, onState = () => undefined, onStatus, onStart, onStep, ...signals } = hooks;
  const shared = { pool: new BufferPool(16), notify, clock: systemClock, meter: new StageMeter(systemClock, onStep) };
  const binary = await findFfmpeg(ffmpegFor(options));
  const connect = parts.connect ?? (await connectionOf(options, binary, shared));
  let info: SourceInfo | undefined;
  const bell = new SnapshotBell();
  const targets = [...targetsOf(options, { binary, notify, bell, info: () => info }), ...(parts.sinks ?? [])];
  if (targets.length === 0) throw new DaylitError('OPTION_INVALID', '--to: no output is named');
  const colorizer = parts.colorizer ?? (await openColorizer(options, shared));
  const smoothing = options.smoothing ?? SMOOTHING;
  const meanwhile = createPaletteColorizer(WHILE_THE_MODEL_IS_AWAY, shared.pool).stream({ smoothing });
  const own = colorizer.stream({ smoothing });
  const model = parts.colorizer === undefined ? own : measured(own, shared.meter);
  const adaptive = options.adaptive ? new AdaptiveStream(model, shared.pool, shared.clock) : undefined;
  const colours = new PaletteMeanwhile(adaptive ?? model, meanwhile);
  const running = runLive({
    ...{ connect, targets, stream: colours, onState, backoff: BACKOFF, sideBySide: options.sideBySide },
    onOpen: (opened) => (info = opened),
    ...(adaptive === undefined ? {} : { workingScale: () => adaptive.scale }),
    onFrame: parts.onFrame,
    endIsEnd: options.realtime || isScene(options.input),
    limits: { firstFrameMs: 1000 * options.firstFrameTimeout, betweenFramesMs: 1000 * options.stallTimeout },
    normalizer: createNormalizer({ ...options, ...shared }),
    ...shared,
    ...signals,
  });
  onStart?.({
    status: () => running.status(),
    measures: () => running.measures(),
    retryNow: () => {
      running.retryNow();
    },
    takeSnapshots: () => {
      bell.ring();
    },
  });
  const timer = setInterval(() => onStatus?.(running.status()), STATUS_EVERY);
  try {
    return await running.finished;
  } finally {
    clearInterval(timer);
    await colours.close();
    if (parts.colorizer === undefined) await colorizer.close();
  }
}

/** A stream of a colorizer that was handed in, which measures nothing for us; waiting for its turn counts as well. */
function measured(stream: ColorizerStream, meter: StageMeter): ColorizerStream {
  return {
    colorize: (frame) => meter.timeAsync('model', () => stream.colorize(frame)),
    close: () => stream.close(),
  };
}
