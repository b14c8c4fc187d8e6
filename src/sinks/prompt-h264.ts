import type { FfmpegCapabilities } from '../ffmpeg/capabilities.js';
import { liveEncoding } from './live-output-arguments.js';
import type { FrameProperties } from './output-arguments.js';

/** Seconds between keyframes, by the time of the pictures: what a viewer that lost its place waits for at most. */
const KEYFRAME_SECONDS = 1;
/** A second that comes after a long pause must not make a keyframe of every picture until it is caught up. */
const KEYFRAMES = `expr:if(isnan(prev_forced_t),1,gte(t,prev_forced_t+${KEYFRAME_SECONDS}))`;

/**
 * ffmpeg's options for H.264 that is looked at as it is made: yuv420p, no picture waits for another (measured on three
 * builds: 0 frames behind), one thread, written out at once.
 * @throws DaylitError FFMPEG_UNSUPPORTED
 */
export function promptH264(
  frame: FrameProperties,
  capabilities: Pick<FfmpegCapabilities, 'encoders' | 'passthrough' | 'movieTimescale' | 'muxers' | 'outputProtocols'>,
): readonly string[] {
  const encode = liveEncoding('live.ts', { codec: 'h264', preset: 'superfast' }, capabilities);
  return [
    ...encode(frame, undefined, true),
    ...['-force_key_frames', KEYFRAMES, '-threads', '1', '-flush_packets', '1'],
  ];
}
