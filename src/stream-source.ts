import type { Source } from './core/contracts.js';
import { DaylitError } from './core/errors.js';
import type { Notify } from './core/notices.js';
import { realWait } from './core/wait.js';
import type { StreamOptions } from './config.js';
import type { FfmpegBinary } from './ffmpeg/binary.js';
import { uncheckedCertificate } from './ffmpeg/certificates.js';
import { withDjiTelemetry } from './sources/dji-telemetry.js';
import { inRealTime } from './sources/in-real-time.js';
import { statInput } from './sources/input-file.js';
import { openLive, openRealtimeFile, type LiveOptions } from './sources/live.js';
import { isLiveAddress, liveInput } from './sources/live-input.js';
import { openSynthetic } from './sources/synthetic/source.js';

/** Rendered here, so that a stream can be tried without a camera. */
export function isScene(input: string): boolean {
  return input.startsWith('synthetic:');
}

/** Makes one connection; aborting the signal ends it. */
export type Connect = (signal: AbortSignal) => Promise<Source>;

/** How to connect, once it is clear that it can be done at all. */
export async function connectionOf(
  { input, realtime, loop, transport, range, firstFrameTimeout, telemetry }: StreamOptions,
  binary: FfmpegBinary,
  { notify, ...shared }: Pick<LiveOptions, 'pool' | 'clock'> & { readonly notify: Notify },
): Promise<Connect> {
  const options = { ...shared, binary, transport, range, timeoutMs: Math.ceil(1000 * firstFrameTimeout) };
  if (isLiveAddress(input)) {
    if (realtime || loop) throw new DaylitError('OPTION_INVALID', '--realtime and --loop are for recordings');
    liveInput(input, options, binary);
    const unchecked = uncheckedCertificate(input, binary);
    if (unchecked !== undefined) notify(unchecked);
    return (signal) => openLive(input, options, signal);
  }
  if (isScene(input)) {
    openSynthetic(input, shared); // refuses what is no scene
    return () => Promise.resolve(inRealTime(openSynthetic(input, shared), shared.clock, realWait));
  }
  if (!realtime) {
    throw new DaylitError('INPUT_UNSUPPORTED', input, {
      hint: 'Give an address such as rtsp://camera/thermal, or play a recording with --realtime.',
    });
  }
  await statInput(input);
  return async (signal) =>
    withDjiTelemetry(await openRealtimeFile(input, { ...options, loop }, signal), input, telemetry);
}
