import type { Sink, SourceInfo } from './core/contracts.js';
import { DaylitError } from './core/errors.js';
import type { Notify } from './core/notices.js';
import { redact } from './core/redact.js';
import type { StreamOptions } from './config.js';
import type { FfmpegBinary } from './ffmpeg/binary.js';
import { uncheckedCertificate } from './ffmpeg/certificates.js';
import type { LiveTarget } from './pipeline/live-outputs.js';
import { bytesIn, secondsIn } from './quantities.js';
import { isLiveTarget, openLiveSink } from './sinks/open-live.js';
import { openSink } from './sinks/open.js';
import type { Kept } from './sinks/retention.js';
import { isSnapshots, SnapshotSink, type SnapshotBell } from './sinks/snapshots.js';
import { kindOfTarget } from './sinks/target-kind.js';
import { isLiveAddress } from './sources/live-input.js';

/** Frames that may wait for a file: an encoder that starts on a busy machine must not cost the beginning. */
const ROOM_FOR_FILES = 50;

/** What outputs are opened with besides what the stream was told. */
export interface OutputParts {
  readonly binary: FfmpegBinary;
  readonly notify: Notify;
  /** The source, once it is open. */
  readonly info: () => SourceInfo | undefined;
  readonly bell: SnapshotBell;
}

/** Outputs, each checked as far as that is possible before it is opened. */
export function targetsOf(options: StreamOptions, parts: OutputParts): readonly LiveTarget[] {
  const { outputs } = options;
  const twice = outputs.find((target, index) => outputs.indexOf(target) !== index);
  if (twice !== undefined) throw new DaylitError('OUTPUT_CONFLICT', twice);
  return outputs.map((target) => {
    if (isLiveTarget(target)) return encoded(target, options, parts);
    if (isSnapshots(target)) return snapshots(target, options, parts);
    if (kindOfTarget(target) === 'picture') {
      const hint = 'Give a name with the time in it, such as snap/%H%M%S.jpg, and --snapshot-every.';
      throw new DaylitError('OUTPUT_UNSUPPORTED', `${target} holds one picture`, { hint });
    }
    const slate = options.slate && isWatched(target);
    return { target, slate, open: () => openPlainSink(target, options, parts) };
  });
}

/** Pushes, playlists and recordings. */
function encoded(target: string, options: StreamOptions, { binary, notify, info }: OutputParts): LiveTarget {
  const { codec, crf, preset, segment, segmentSize } = options;
  const live = {
    ...{ codec, crf, preset, binary, notify, wallClock, kept: keptBy(options) },
    frameRate: () => info()?.frameRate,
    segmentSeconds: segment,
    segmentBytes: segmentSize === undefined ? undefined : bytesIn(segmentSize),
  };
  openLiveSink(target, live); // refuses what cannot be, before anything begins
  const unchecked = uncheckedCertificate(target, binary);
  if (unchecked !== undefined) notify(unchecked);
  return {
    target: redact(target),
    open: () => Promise.resolve(openLiveSink(target, live)),
    ...(isLiveAddress(target) ? {} : { room: ROOM_FOR_FILES }),
    slate: options.slate && isWatched(target),
  };
}

function snapshots(target: string, options: StreamOptions, { notify, bell }: OutputParts): LiveTarget {
  const row = { wallClock, bell, notify, everySeconds: options.snapshotEvery, kept: keptBy(options) };
  new SnapshotSink(target, row); // refuses what cannot be, before anything begins
  return { target, open: () => Promise.resolve(new SnapshotSink(target, row)) };
}

/** Whether somebody looks on, who would give up when nothing comes: recordings and pictures would only be filled. */
function isWatched(target: string): boolean {
  return target === '-' || target.endsWith('.m3u8') || isLiveAddress(target);
}

function keptBy({ keepFor, keepBytes }: StreamOptions): Kept | undefined {
  if (keepFor === undefined && keepBytes === undefined) return undefined;
  return {
    seconds: keepFor === undefined ? undefined : secondsIn(keepFor),
    bytes: keepBytes === undefined ? undefined : bytesIn(keepBytes),
  };
}

function wallClock(): Date {
  return new Date();
}

function openPlainSink(
  target: string,
  { format }: StreamOptions,
  { binary, notify, info }: OutputParts,
): Promise<Sink> {
  const source = info();
  // There is a frame to write, so there is a source.
  if (source === undefined) throw new DaylitError('INTERNAL', 'an output is opened before the source');
  return openSink(target, { format, binary: () => Promise.resolve(binary), notify, source });
}
