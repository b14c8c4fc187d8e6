import { rm, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ColourFrame } from '../core/frame.js';
import type { Notify } from '../core/notices.js';
import type { FfmpegEnd } from '../ffmpeg/command.js';
import { takeFreePath } from './free-path.js';
import type { EncoderRuns } from './live-sink.js';
import type { EncodingChoices } from './output-arguments.js';
import { removeOld, type Kept } from './retention.js';
import { namesTime, strftime } from './strftime.js';

/** How often a file that may not grow too large is looked at, in milliseconds. */
const LOOK_EVERY = 500;

/** How recordings of a running stream are cut into files, and which of those are kept. */
export interface RecordingOptions extends EncodingChoices {
  /** The time of day, for names. */
  readonly wallClock: () => Date;
  /** After how many seconds, by the time of day, a recording whose name holds a time goes on in another file. */
  readonly segmentSeconds: number;
  /** And after how many bytes, as far as its encoder has written them. */
  readonly segmentBytes?: number | undefined;
  /** Of the files of one pattern; all of them if left out. */
  readonly kept?: Kept | undefined;
  /** Told when old files cannot be removed. */
  readonly notify?: Notify;
}

/**
 * The files of a recording, one after the other: a new one when the time for one is over or it has become too large,
 * and old ones removed as each begins. None replaces a file that is there.
 * @param at ffmpeg's output at a path
 * @throws DaylitError OPTION_INVALID for a name with a field that is no time
 */
export function recordingRuns(
  pattern: string,
  options: RecordingOptions,
  at: (path: string, frame: ColourFrame) => FfmpegEnd,
): EncoderRuns {
  const { wallClock, segmentSeconds, segmentBytes = Infinity } = options;
  strftime(pattern, wallClock()); // refuses what is no time field before anything is recorded
  const goesOn = namesTime(pattern);
  const current = (): number => segmentAt(wallClock(), segmentSeconds);
  const tidy = tidier(pattern, options);
  let segment: number | undefined;
  let file: GrowingFile | undefined;
  return {
    begin: async (frame) => {
      segment = current();
      const path = await takeFreePath(resolve(strftime(pattern, wallClock())));
      file = new GrowingFile(path, wallClock);
      tidy(path);
      return at(path, frame);
    },
    broken: async () => {
      // What has been recorded stays; what has not need not show.
      if (file !== undefined && (await file.look()) === 0) await rm(file.path, { force: true });
    },
    isOver: () => goesOn && (current() !== segment || (file?.bytes ?? 0) >= segmentBytes),
    fromZero: true,
  };
}

/** Segments begin at whole multiples of their length in local time, so that an hour's begin at the full hour. */
export function segmentAt(date: Date, seconds: number): number {
  return Math.floor((date.getTime() - date.getTimezoneOffset() * 60_000) / (seconds * 1000));
}

/** Removes old files in the background, never twice at a time: the recording does not wait for a slow disk. */
export function tidier(
  pattern: string,
  { kept, wallClock, notify }: Pick<RecordingOptions, 'kept' | 'wallClock' | 'notify'>,
): (current: string) => void {
  if (kept === undefined || !namesTime(pattern)) return () => undefined;
  let busy = false;
  return (current) => {
    if (busy) return;
    busy = true;
    removeOld(pattern, kept, wallClock().getTime(), current)
      .catch((thrown: unknown) => {
        const reason = thrown instanceof Error ? thrown.message : String(thrown);
        notify?.({ kind: 'retention', message: `Old files of ${pattern} cannot be removed: ${reason}.` });
      })
      .finally(() => (busy = false));
  };
}

/** A file that somebody else writes, looked at now and then. */
class GrowingFile {
  #bytes = 0;
  #lookedAt = 0;

  constructor(
    readonly path: string,
    private readonly wallClock: () => Date,
  ) {}

  /** As of the last look; begins another where that is some time ago. */
  get bytes(): number {
    const now = this.wallClock().getTime();
    if (Math.abs(now - this.#lookedAt) >= LOOK_EVERY) {
      this.#lookedAt = now;
      void this.look();
    }
    return this.#bytes;
  }

  /** Its size now; undefined where it is gone. */
  async look(): Promise<number | undefined> {
    const facts = await stat(this.path).catch(() => undefined);
    this.#bytes = facts?.size ?? 0;
    return facts?.size;
  }
}
