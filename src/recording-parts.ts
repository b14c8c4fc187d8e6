import { BufferPool } from './core/buffer-pool.js';
import { systemClock } from './core/clock.js';
import type { Colorizer, Sink, Source } from './core/contracts.js';
import { DaylitError } from './core/errors.js';
import { secondsOf, type ColourFrame, type Frame, type Rational } from './core/frame.js';
import { silent, type Notify } from './core/notices.js';
import { present } from './core/present.js';
import { parseJob, type JobInput } from './config.js';
import { colorize, type Hooks } from './create-daylit.js';
import { findFfmpeg } from './ffmpeg/binary.js';
import type { Summary } from './pipeline/run.js';
import { joinParts as joinFiles, type PartFile } from './sinks/join-parts.js';
import { ffmpegFor } from './sinks/hardware-codec.js';
import { openSink } from './sinks/open.js';
import { openFile } from './sources/file.js';
import { findKeyframes } from './sources/keyframes.js';
import { createNormalizer } from './thermal/normalizer.js';

/** Seconds coloured before a part begins and thrown away: so long it takes until nothing of the start is left. */
export const OVERLAP_SECONDS = 5;

/** Frames after which polarity and palette are taken as settled. */
const FRAMES_TO_JUDGE_BY = 50;

/** A stretch of a recording by presentation time, in ticks of the source: from `from` up to before `to`. */
export interface Part {
  readonly from: number;
  readonly to: number;
}

/** How a recording is cut. */
export interface PartPlan {
  readonly timeBase: Rational;
  readonly parts: readonly Part[];
}

/** How one part is worked on. */
export interface PartHooks extends Hooks {
  /** Asked right before the output gets its name; a rejection keeps it from appearing. */
  readonly mayFinish?: () => Promise<void>;
}

/**
 * Cuts a recording at keyframes into parts of at least so many seconds.
 * @throws DaylitError of the INPUT and FFMPEG families
 */
export async function planParts(path: string, seconds: number, ffmpeg?: string): Promise<PartPlan> {
  const binary = await findFfmpeg(present({ path: ffmpeg }));
  const { timeBase, pts } = await findKeyframes(path, { binary, pool: new BufferPool(), clock: systemClock });
  return { timeBase, parts: cutAt(pts, (seconds * timeBase.denominator) / timeBase.numerator) };
}

/** What was decided about a recording's greys and false colours, in the words of the options. */
export type RecordingTone = Pick<JobInput, 'polarity' | 'inputPalette'>;

/** How long a recording is. */
export interface RecordingLength {
  readonly seconds: number;
  readonly frames: number;
}

/**
 * Length of a recording, by what its file says; undefined where it does not.
 * @throws DaylitError of the INPUT and FFMPEG families
 */
export async function recordingLength(path: string, ffmpeg?: string): Promise<RecordingLength | undefined> {
  const { frameCount, frameRate } = (await opened(path, silent, ffmpeg)).info;
  if (frameCount === undefined || frameRate === undefined) return undefined;
  return { seconds: (frameCount * frameRate.denominator) / frameRate.numerator, frames: frameCount };
}

/**
 * What a recording's first frames say about polarity and palette. They are decoded, so it is for those that need it.
 * @throws DaylitError of the INPUT and FFMPEG families
 */
export async function recordingTone(path: string, ffmpeg?: string): Promise<RecordingTone> {
  const decided: RecordingTone = {};
  const notify: Notify = ({ kind, data }) => {
    if (kind === 'polarity') decided.polarity = data?.['polarity'] as JobInput['polarity'];
    if (kind === 'palette') decided.inputPalette = data?.['palette'] as JobInput['inputPalette'];
  };
  const source = await opened(path, notify, ffmpeg);
  const pool = new BufferPool();
  const normalizer = createNormalizer({ agc: 'auto', polarity: 'auto', inputPalette: 'auto', pool, notify });
  let left = FRAMES_TO_JUDGE_BY;
  for await (const frame of source.frames()) {
    normalizer.push(frame).release();
    left -= 1;
    if (left === 0) break;
  }
  return decided;
}

async function opened(path: string, notify: Notify, ffmpeg: string | undefined): Promise<Source> {
  const binary = await findFfmpeg(present({ path: ffmpeg }));
  return openFile(path, { binary, pool: new BufferPool(), clock: systemClock, notify });
}

/** Parts that begin at these times and are no shorter than `length`, the last one aside. */
export function cutAt(keyframes: readonly number[], length: number): readonly Part[] {
  const starts = keyframes.slice(0, 1);
  for (const pts of keyframes) if (pts - (starts.at(-1) ?? pts) >= length) starts.push(pts);
  return starts.map((from, index) => ({ from, to: starts[index + 1] ?? Number.MAX_SAFE_INTEGER }));
}

/**
 * Colours a recording, or one part of it, into one file. A part is coloured from `OVERLAP_SECONDS` before it on, so
 * that at its first picture colours and gain stand where they would stand in the whole; other tracks stay with the
 * whole (`joinParts`).
 *
 * @param job with one input and one output
 * @throws DaylitError as `colorize`, and what `mayFinish` rejects with
 */
export async function colorizePart(
  job: JobInput,
  part: Part | undefined,
  { mayFinish, ...hooks }: PartHooks = {},
  colorizer?: Colorizer,
): Promise<Summary> {
  const options = parseJob(job);
  const [input, ...more] = options.input;
  const [target, ...others] = options.outputs;
  if (input === undefined || target === undefined || more.length + others.length > 0)
    throw new DaylitError('OPTION_INVALID', 'a part has one input and one output');
  const binary = await findFfmpeg(ffmpegFor(options));
  const notify = hooks.notify ?? silent;
  const file = { ...present(options), binary, pool: new BufferPool(), clock: systemClock, notify };
  const source =
    part === undefined
      ? await openFile(input, file)
      : partOf(await openFile(input, { ...file, startAt: (timeBase) => part.from - overlapOf(timeBase) }), part);
  const sink = await openSink(target, {
    ...present(options),
    binary: () => Promise.resolve(binary),
    source: source.info,
    notify,
  });
  const gated = new PartSink(sink, part?.from ?? Number.MIN_SAFE_INTEGER, mayFinish);
  return colorize({ ...job, outputs: [] }, hooks, { source, sinks: [gated], ...present({ colorizer }) });
}

/**
 * Joins coloured parts to one file with exact times, and takes the recording's other tracks along.
 * @param job with the recording as its input and the whole's output
 * @returns bytes of the file
 */
export async function joinParts(
  job: JobInput,
  parts: readonly PartFile[],
  { mayFinish = () => Promise.resolve(), abort }: Pick<PartHooks, 'mayFinish' | 'abort'> = {},
): Promise<number> {
  const options = parseJob(job);
  const [input = '', target = ''] = [options.input[0], options.outputs[0]];
  const binary = await findFfmpeg(present({ path: options.ffmpeg }));
  const { info } = await opened(input, silent, options.ffmpeg);
  return joinFiles(parts, target, {
    ...present({ codec: options.codec, crf: options.crf, preset: options.preset, signal: abort }),
    ...{ binary, source: info, size: info.size, overwrite: options.overwrite, mayFinish },
    synthesised: options.palette === undefined ? 'model' : 'palette',
  });
}

/** `OVERLAP_SECONDS` in ticks. */
function overlapOf({ numerator, denominator }: Rational): number {
  return (OVERLAP_SECONDS * denominator) / numerator;
}

/** The frames of a part and of the overlap before it, of a recording opened there. */
function partOf(opened: Source, part: Part): Source {
  const { info } = opened;
  const { kind, label, delivery, size, format, timeBase } = info;
  return {
    // Neither its length nor its other tracks are the recording's.
    info: {
      kind,
      label,
      delivery,
      size,
      format,
      timeBase,
      ...present({ frameRate: info.frameRate, codec: info.codec }),
    },
    frames: (signal) => {
      async function* frames(): AsyncGenerator<Frame> {
        let entered = false;
        for await (const frame of opened.frames(signal)) {
          if (frame.pts >= part.to) {
            frame.release();
            return;
          }
          if (!entered && frame.pts > part.from) {
            frame.release();
            throw new DaylitError('INPUT_DAMAGED', `${info.label} cannot be entered at ${secondsOf(frame)} s`);
          }
          entered = true;
          yield frame;
        }
      }
      return frames();
    },
  };
}

/** An output that takes only frames from a time on, and gets its name only where it may. */
class PartSink implements Sink {
  constructor(
    private readonly inner: Sink,
    private readonly from: number,
    private readonly mayFinish: (() => Promise<void>) | undefined,
  ) {}

  get target(): string {
    return this.inner.target;
  }

  write(frame: ColourFrame): Promise<void> {
    return frame.pts < this.from ? Promise.resolve() : this.inner.write(frame);
  }

  async finish(): ReturnType<Sink['finish']> {
    await this.mayFinish?.();
    return this.inner.finish();
  }

  discard(): Promise<void> {
    return this.inner.discard();
  }
}
