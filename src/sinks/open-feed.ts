import type { FfmpegEnd } from '../ffmpeg/command.js';
import type { Feed, FeedOptions } from './feed.js';
import { FrameFeed } from './frame-feed.js';
import { KlvFeed } from './klv-feed.js';
import { SidecarFeed } from './sidecar-feed.js';

/** Begins an encoder. A transport stream takes the source's telemetry along as KLV, other files get it beside them. */
export function openFeed(options: FeedOptions): Feed {
  const { ffmpeg, first, origin, others, output, inputOptions, sidecar } = options;
  const { size, timeBase, telemetry } = first;
  const begin = (to: FfmpegEnd): FrameFeed =>
    new FrameFeed(ffmpeg, { size, timeBase, origin }, others, to, inputOptions);
  if (telemetry === undefined) return begin(output);
  if (isTransportStream(output)) return new KlvFeed(begin, output, options);
  return sidecar === undefined ? begin(output) : new SidecarFeed(begin(output), sidecar, options);
}

/** Whether an output is a single transport stream: into it KLV can be put. */
export function isTransportStream({ options = [] }: FfmpegEnd): boolean {
  return options.some((option, index) => option === '-f' && options[index + 1] === 'mpegts');
}
