import { extname } from 'node:path';
import type { BufferPool } from '../core/buffer-pool.js';
import type { Clock } from '../core/clock.js';
import type { Source } from '../core/contracts.js';
import { DaylitError } from '../core/errors.js';
import { isFolder } from '../core/file-entry.js';
import type { PixelFormat, Size } from '../core/frame.js';
import type { Notify } from '../core/notices.js';
import type { FfmpegBinary } from '../ffmpeg/binary.js';
import { withDjiTelemetry } from './dji-telemetry.js';
import { openFile } from './file.js';
import { openImages, PICTURE_ENDINGS } from './images.js';
import { openLive, type LiveOptions } from './live.js';
import { isLiveAddress } from './live-input.js';
import { openRaw } from './raw.js';
import { openSynthetic } from './synthetic/source.js';

/** What sources need from outside, and what a user may say about an input that cannot speak for itself. */
export interface OpenOptions {
  /** Found only when a source needs it. */
  readonly binary: () => Promise<FfmpegBinary>;
  readonly pool: BufferPool;
  readonly clock: Clock;
  readonly notify: Notify;
  /** Luma range of a video file. */
  readonly range?: 'auto' | 'limited' | 'full';
  /** Ends normally where a video file breaks off. */
  readonly keepPartial?: boolean;
  /** Of a video file, the subtitles in which a DJI drone has written its telemetry; else looked for beside it. */
  readonly telemetry?: string;
  /** Of raw video. */
  readonly size?: Size;
  readonly pixelFormat?: PixelFormat;
  /** Of raw video and pictures, frames a second. */
  readonly frameRate?: number;
}

/** How long a stream may take to show its first picture, in milliseconds. */
const FIRST_PICTURE = 15_000;

interface Kind {
  readonly matches: (input: string, options: OpenOptions) => boolean;
  readonly open: (input: string, options: OpenOptions) => Promise<Source>;
}

/** First match wins. */
const KINDS: readonly Kind[] = [
  {
    matches: (input) => input.startsWith('synthetic:'),
    open: async (input, options) => Promise.resolve(openSynthetic(input, options)),
  },
  {
    matches: isLiveAddress,
    open: async (input, options) => firstPicture(input, { ...options, binary: await options.binary() }),
  },
  {
    matches: (_, { size }) => size !== undefined,
    open: (input, options) => {
      const { size, pixelFormat } = options;
      if (size === undefined || pixelFormat === undefined) {
        throw new DaylitError('OPTION_INVALID', '--size and --pixel-format are needed together for raw video');
      }
      return openRaw(input, { ...options, size, pixelFormat });
    },
  },
  {
    matches: (input) => isPicture(input) || /[*?[\]{}]/.test(input) || isFolder(input),
    open: (input, options) => openImages(input, options),
  },
  {
    matches: () => true,
    open: async (input, options) => {
      const file = await openFile(input, { ...options, binary: await options.binary() });
      return withDjiTelemetry(file, input, options.telemetry);
    },
  },
];

/**
 * Opens whatever an address names: `synthetic:…`, raw video (when a size is given), a picture, a glob or folder of
 * pictures, several pictures, a single connection to a stream, else a video file. Throws a `DaylitError` of the INPUT family.
 */
export async function openSource(input: readonly string[], options: OpenOptions): Promise<Source> {
  const [first = '', ...more] = input;
  if (more.length > 0) return openImages(input, options);
  const kind = KINDS.find(({ matches }) => matches(first, options));
  if (kind === undefined) throw new DaylitError('INPUT_UNSUPPORTED', first);
  return kind.open(first, options);
}

function isPicture(path: string): boolean {
  const ending = extname(path).toLowerCase();
  return PICTURE_ENDINGS.some((known) => known === ending);
}

async function firstPicture(input: string, options: Omit<LiveOptions, 'timeoutMs'>): Promise<Source> {
  const late = new AbortController();
  const timer = setTimeout(() => {
    late.abort();
  }, FIRST_PICTURE);
  try {
    return await openLive(input, { ...options, timeoutMs: FIRST_PICTURE }, late.signal);
  } catch (thrown) {
    throw late.signal.aborted ? new DaylitError('STREAM_STALLED', input) : thrown;
  } finally {
    clearTimeout(timer);
  }
}
