import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import type { BufferPool } from '../core/buffer-pool.js';
import type { Clock } from '../core/clock.js';
import type { Source } from '../core/contracts.js';
import { DaylitError } from '../core/errors.js';
import { byteLengthOf, frameOf, type Frame, type PixelFormat, type Rational, type Size } from '../core/frame.js';
import type { Notify } from '../core/notices.js';
import { exactRate } from '../ffmpeg/frame-rate.js';
import { stoppable } from './ffmpeg-source.js';
import { refuseTooLarge, statInput } from './input-file.js';

/** Standard input. */
const STANDARD_INPUT = '-';
const DEFAULT_RATE = 25;
const CHUNK_BYTES = 1 << 18;

export interface RawOptions {
  readonly size: Size;
  readonly pixelFormat: PixelFormat;
  /** Frames a second, 25 unless said. */
  readonly frameRate?: number;
  readonly pool: BufferPool;
  readonly clock: Clock;
  readonly notify: Notify;
  /** Ends normally, with a notice, where the last frame is not complete. */
  readonly keepPartial?: boolean;
}

/**
 * Opens raw video: pictures one after the other with nothing between them, in a file or (`-`) on standard input.
 *
 * Throws INPUT_NOT_FOUND, INPUT_UNREADABLE, INPUT_EMPTY, INPUT_TOO_LARGE, OPTION_INVALID (impossible frame rate).
 * Frames end with INPUT_DAMAGED where the last one is not complete, unless `keepPartial`.
 */
export async function openRaw(path: string, options: RawOptions): Promise<Source> {
  const { size, pixelFormat } = options;
  const frameRate = exactRate(options.frameRate ?? DEFAULT_RATE);
  if (frameRate === undefined) throw new DaylitError('OPTION_INVALID', `frame rate ${options.frameRate ?? ''}`);
  const label = path === STANDARD_INPUT ? 'standard input' : path;
  refuseTooLarge(label, size);
  const facts = path === STANDARD_INPUT ? undefined : await statInput(path);
  const frameCount = facts?.isFile() === true ? Math.floor(facts.size / byteLengthOf(pixelFormat, size)) : undefined;
  if (facts?.isFile() === true && facts.size === 0) throw new DaylitError('INPUT_EMPTY', path);
  const timeBase = { numerator: frameRate.denominator, denominator: frameRate.numerator };
  let begun = false;
  return {
    info: {
      kind: 'raw',
      label,
      delivery: 'waitForRoom',
      size,
      format: pixelFormat,
      frameRate,
      timeBase,
      ...(frameCount === undefined ? {} : { frameCount }),
    },
    frames: (signal) => {
      if (begun) throw new DaylitError('INTERNAL', 'frames() of a source may be called once');
      begun = true;
      return stoppable((stop) => framesIn(path, label, timeBase, options, stop), signal);
    },
  };
}

async function* framesIn(
  path: string,
  label: string,
  timeBase: Rational,
  options: RawOptions,
  signal: AbortSignal,
): AsyncGenerator<Frame> {
  const { size, pixelFormat: format, pool, clock } = options;
  const frameBytes = byteLengthOf(format, size);
  const bytes: Readable =
    path === STANDARD_INPUT ? process.stdin : createReadStream(path, { highWaterMark: CHUNK_BYTES });
  const stop = (): void => {
    bytes.destroy();
  };
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  let pixels = pool.take(frameBytes);
  let filled = 0;
  let sequence = 0;
  try {
    for await (const chunk of bytes as AsyncIterable<Buffer>) {
      for (let at = 0; at < chunk.length;) {
        const used = Math.min(chunk.length - at, frameBytes - filled);
        pixels.set(chunk.subarray(at, at + used), filled);
        filled += used;
        at += used;
        if (filled < frameBytes) continue;
        const complete = pixels;
        pixels = pool.take(frameBytes);
        filled = 0;
        const fresh = { pixels: complete, format, size, pts: sequence, timeBase, arrivedAt: clock.now(), sequence };
        yield frameOf(fresh, () => {
          pool.give(complete);
        });
        sequence += 1;
      }
    }
  } catch (error) {
    // Being stopped while waiting for bytes is no failure.
    if (!signal.aborted) throw new DaylitError('INPUT_UNREADABLE', label, { cause: error });
  } finally {
    signal.removeEventListener('abort', stop);
    bytes.destroy();
    pool.give(pixels);
  }
  if (!signal.aborted) judgeEnd(label, sequence, filled, options);
}

function judgeEnd(label: string, frames: number, rest: number, { keepPartial, notify }: RawOptions): void {
  if (rest > 0 && keepPartial === true && frames > 0) {
    notify({
      kind: 'input-damaged',
      message: `${label} ends within frame ${frames}; what could be read is kept.`,
      data: { frames },
    });
  } else if (rest > 0) {
    const hint = 'Check --size and --pixel-format; --keep-partial keeps the whole frames.';
    throw new DaylitError('INPUT_DAMAGED', `${label} ends within frame ${frames}`, { hint });
  } else if (frames === 0) throw new DaylitError('INPUT_EMPTY', label);
}
