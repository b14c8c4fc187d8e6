import { BufferPool } from './core/buffer-pool.js';
import { systemClock } from './core/clock.js';
import type { Colorizer, Sink, Source } from './core/contracts.js';
import { DaylitError } from './core/errors.js';
import { silent, type Notify } from './core/notices.js';
import { present } from './core/present.js';
import { StageMeter, type OnStep } from './core/stage-meter.js';
import { parseJob, type JobInput, type JobOptions } from './config.js';
import { findFfmpeg, type FfmpegBinary } from './ffmpeg/binary.js';
import { createColorizer } from './model/colorizer.js';
import { createPaletteColorizer } from './pipeline/palette-colorizer.js';
import { run, type Progress, type Summary } from './pipeline/run.js';
import { ffmpegFor } from './sinks/hardware-codec.js';
import { checkTargets, openSink } from './sinks/open.js';
import { isLiveAddress } from './sources/live-input.js';
import { openSource } from './sources/open.js';
import { referenceFrom } from './reference.js';
import { createNormalizer } from './thermal/normalizer.js';

/** Of video, where the job says nothing. */
export const SMOOTHING = 0.8;

/** How a caller follows and stops a job. */
export interface Hooks {
  /** Told what was decided on the way: device, polarity, palette, what was left out. */
  readonly notify?: Notify;
  /** Told each step of each stage, as it ends. */
  readonly onStep?: OnStep;
  /** Told after each frame. */
  readonly onProgress?: (progress: Progress) => void;
  /** Aborted: finish cleanly with the frames already read. */
  readonly until?: AbortSignal;
  /** Aborted: stop at once and leave nothing. */
  readonly abort?: AbortSignal;
}

/** Ready-made parts of one's own. What is passed in is used, not closed: only its owner does that. */
export interface Parts {
  /** Instead of `input`. */
  readonly source?: Source;
  /** Instead of the model and references, or palette, that the job names. */
  readonly colorizer?: Colorizer;
  /** Besides `outputs`. They are finished, or discarded when the job fails. */
  readonly sinks?: readonly Sink[];
}

/**
 * Colours one recording from start to end: opens the input, the model with its references and the outputs, lets every
 * frame walk through, and finishes the outputs.
 *
 * @throws DaylitError; then no output is left half-written.
 */
export async function colorize(input: JobInput, hooks: Hooks = {}, parts: Parts = {}): Promise<Summary> {
  const options = parseJob(input);
  refuseUnfinished(options, parts);
  const { notify = silent, onStep, ...signals } = hooks;
  const pool = new BufferPool(SPARE_PICTURES);
  const meter = new StageMeter(systemClock, onStep);
  const binary = once(() => findFfmpeg(ffmpegFor(options)));
  const shared = { binary, pool, notify, meter, clock: systemClock };
  const outputs = [...(parts.sinks ?? [])];
  let own: Colorizer | undefined;
  try {
    checkTargets(options.outputs, options.input);
    const source = parts.source ?? (await openSource(options.input, { ...present(options), ...shared }));
    for (const target of options.outputs) {
      outputs.push(await openSink(target, { ...present(options), ...shared, source: source.info }));
    }
    const colorizer =
      parts.colorizer ?? (own = await openColorizer(options, { ...shared, ahead: source.info.frameCount !== 1 }));
    const smoothing = options.smoothing ?? (source.info.kind === 'images' ? 0 : SMOOTHING);
    const stream = colorizer.stream({ smoothing });
    const normalizer = createNormalizer({ ...options, ...shared });
    try {
      const { sideBySide } = options;
      return await run({ source, normalizer, stream, sinks: outputs, sideBySide, ...shared, ...signals });
    } finally {
      await stream.close();
    }
  } catch (thrown) {
    await Promise.allSettled(outputs.map((sink) => sink.discard()));
    throw DaylitError.from(thrown);
  } finally {
    await own?.close();
  }
}

/** What the schema cannot say, since parts may stand in for what the job names. */
function refuseUnfinished({ input, outputs }: JobOptions, parts: Parts): void {
  if (input.length === 0 && parts.source === undefined) throw new DaylitError('OPTION_INVALID', 'no input is named');
  const live = input.find(isLiveAddress);
  if (live !== undefined) {
    throw new DaylitError('INPUT_UNSUPPORTED', live, { hint: 'A stream has no end: use daylit stream.' });
  }
  if (outputs.length === 0 && parts.sinks === undefined) throw new DaylitError('OPTION_INVALID', 'no output is named');
}

/** What parts of a job share. */
export interface Workshop {
  readonly pool: BufferPool;
  readonly notify: Notify;
  readonly meter: StageMeter;
  /** The input is a recording: frames may be worked on at the same time. */
  readonly ahead?: boolean;
}

/** Spare pictures of a recording: as many as its pipeline holds at a time, of each kind. */
const SPARE_PICTURES = 24;

/** What colours: the palette that is named, else the model with its references. */
export function openColorizer(
  options: Pick<JobOptions, 'palette' | 'model' | 'threads' | 'device' | 'precision' | 'references'>,
  { pool, notify, meter, ahead = false }: Workshop,
): Promise<Colorizer> {
  if (options.palette !== undefined) return Promise.resolve(createPaletteColorizer(options.palette, pool));
  return createColorizer({
    ...present({ modelFolder: options.model, threads: options.threads }),
    device: options.device,
    precision: options.precision,
    references: options.references.map(referenceFrom),
    notify,
    pool,
    ahead,
    onRun: (milliseconds: number, thread: number) => {
      meter.add('model', milliseconds, thread);
    },
  });
}

/** The same promise for every caller. */
function once(find: () => Promise<FfmpegBinary>): () => Promise<FfmpegBinary> {
  let found: Promise<FfmpegBinary> | undefined;
  return () => (found ??= find());
}
