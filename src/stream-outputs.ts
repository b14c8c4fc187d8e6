import type { Sink, SourceInfo } from './core/contracts.js';
import { DaylitError } from './core/errors.js';
import type { Notify } from './core/notices.js';
import { redact } from './core/redact.js';
import type { StreamOptions } from './config.js';
import type { FfmpegBinary } from './ffmpeg/binary.js';
import { uncheckedCertificate } from './ffmpeg/certificates.js';
import type { LiveTarget } from './pipeline/run-live.js';
import { isLiveTarget, openLiveSink } from './sinks/open-live.js';
import { openSink } from './sinks/open.js';
import { kindOfTarget } from './sinks/target-kind.js';
import { isLiveAddress } from './sources/live-input.js';

/** Frames that may wait for a file: an encoder that starts on a busy machine must not cost the beginning. */
const ROOM_FOR_FILES = 50;

/** Outputs, each checked as far as that is possible before it is opened. */
export function targetsOf(
  { outputs, segment, ...options }: StreamOptions,
  binary: FfmpegBinary,
  notify: Notify,
  info: () => SourceInfo | undefined,
): readonly LiveTarget[] {
  const twice = outputs.find((target, index) => outputs.indexOf(target) !== index);
  if (twice !== undefined) throw new DaylitError('OUTPUT_CONFLICT', twice);
  return outputs.map((target) => {
    if (!isLiveTarget(target)) {
      if (kindOfTarget(target) === 'picture')
        throw new DaylitError('OUTPUT_UNSUPPORTED', `${target} holds one picture`);
      return { target, open: () => openPlainSink(target, options, binary, notify, info()) };
    }
    const live = {
      ...options,
      binary,
      frameRate: () => info()?.frameRate,
      wallClock: () => new Date(),
      segmentSeconds: segment,
    };
    openLiveSink(target, live); // refuses what cannot be, before anything begins
    const unchecked = uncheckedCertificate(target, binary);
    if (unchecked !== undefined) notify(unchecked);
    return {
      target: redact(target),
      open: () => Promise.resolve(openLiveSink(target, live)),
      ...(isLiveAddress(target) ? {} : { room: ROOM_FOR_FILES }),
    };
  });
}

function openPlainSink(
  target: string,
  options: Pick<StreamOptions, 'format'>,
  binary: FfmpegBinary,
  notify: Notify,
  source: SourceInfo | undefined,
): Promise<Sink> {
  // There is a frame to write, so there is a source.
  if (source === undefined) throw new DaylitError('INTERNAL', 'an output is opened before the source');
  return openSink(target, { format: options.format, binary: () => Promise.resolve(binary), notify, source });
}
