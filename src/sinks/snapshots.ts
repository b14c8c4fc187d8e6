import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Sink, SinkReport } from '../core/contracts.js';
import type { ColourFrame } from '../core/frame.js';
import { outputError } from './file-errors.js';
import { takeFreePath } from './free-path.js';
import { syntheticNote } from './output-arguments.js';
import { writeInPlace } from './partial-file.js';
import { encodePicture } from './picture-encoder.js';
import { isPattern, pictureFormatOf } from './picture-names.js';
import { segmentAt, tidier, type RecordingOptions } from './recordings.js';
import { namesTime, strftime } from './strftime.js';

/** Asks for a snapshot of whatever comes next. */
export class SnapshotBell {
  /** How often it was asked. */
  rings = 0;

  ring(): void {
    this.rings += 1;
  }
}

/** When a row of snapshots is made, and what is kept of it. */
export interface SnapshotOptions extends Pick<RecordingOptions, 'wallClock' | 'kept' | 'notify'> {
  /** Seconds between two, by the time of day; only when asked for if left out. */
  readonly everySeconds?: number | undefined;
  readonly bell: SnapshotBell;
}

/** Whether a target is a row of pictures by the time of day, such as `snap/%H%M%S.jpg`. */
export function isSnapshots(target: string): boolean {
  return !target.includes('://') && pictureFormatOf(target) !== undefined && namesTime(target) && !isPattern(target);
}

/**
 * Single pictures of a running stream: one at whole multiples of an interval, and one whenever the bell rings. Frames
 * between are let pass. None replaces a file that is there; each is whole when it appears.
 *
 * `write` rejects with OUTPUT_UNWRITABLE or OUTPUT_FULL.
 */
export class SnapshotSink implements Sink {
  readonly #tidy: (current: string) => void;
  #heard: number;
  #turn: number | undefined;
  #pictures = 0;

  /** @throws DaylitError OPTION_INVALID for a name with a field that is no time */
  constructor(
    readonly target: string,
    private readonly options: SnapshotOptions,
  ) {
    strftime(target, options.wallClock());
    this.#heard = options.bell.rings;
    this.#tidy = tidier(target, options);
  }

  async write(frame: ColourFrame): Promise<void> {
    if (!this.#isDue()) return;
    const path = await takeFreePath(resolve(strftime(this.target, this.options.wallClock())));
    try {
      const { pixels, size, marks } = frame;
      const picture = await encodePicture(pixels, size, pictureFormatOf(path) ?? 'jpeg', syntheticNote(marks));
      await writeInPlace(path, picture, true);
    } catch (thrown) {
      await rm(path, { force: true });
      throw outputError(thrown, path);
    }
    this.#pictures += 1;
    this.#tidy(path);
  }

  finish(): Promise<SinkReport> {
    return Promise.resolve({ target: this.target, frames: this.#pictures });
  }

  discard(): Promise<void> {
    // Each picture is whole and stays.
    return Promise.resolve();
  }

  #isDue(): boolean {
    const { bell, everySeconds, wallClock } = this.options;
    const turn = everySeconds === undefined ? undefined : segmentAt(wallClock(), everySeconds);
    const due = bell.rings !== this.#heard || turn !== this.#turn;
    this.#heard = bell.rings;
    this.#turn = turn;
    return due;
  }
}
