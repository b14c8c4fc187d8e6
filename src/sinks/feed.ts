import type { ColourFrame } from '../core/frame.js';
import type { FfmpegEnd } from '../ffmpeg/command.js';
import type { FfmpegEvent } from '../ffmpeg/stderr.js';

/** What takes an output's frames: ffmpeg, and whatever handles the telemetry beside it. */
export interface Feed {
  /** What ffmpeg has printed that matters. */
  readonly events: ReadonlySet<FfmpegEvent>;
  /** Resolves when the frame has been taken. Rejects with the error that broke the output. */
  write(frame: ColourFrame): Promise<void>;
  /** Completes the output. */
  end(): Promise<void>;
  /** Ends at once. */
  kill(): Promise<void>;
}

/** What a feed is begun with. */
export interface FeedOptions {
  /** Path of the executable. */
  readonly ffmpeg: string;
  /** The first frame: what all must be like. */
  readonly first: Pick<ColourFrame, 'size' | 'pts' | 'timeBase' | 'telemetry'>;
  /** Presentation time that counts as 0. */
  readonly origin: number;
  /** Inputs beside the frames. */
  readonly others: readonly FfmpegEnd[];
  readonly output: FfmpegEnd;
  /** More that ffmpeg is told about the frames. */
  readonly inputOptions: readonly string[];
  /** Where telemetry goes that the output itself cannot hold; left out: nowhere. */
  readonly sidecar?: string;
}
