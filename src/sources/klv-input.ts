import type { TelemetryTrack } from '../telemetry/track.js';
import type { NutData } from '../ffmpeg/nut-demux.js';
import { readKlvPackets } from '../telemetry/klv.js';

/** A packet that is further than this from the last picture, in seconds, has no time of its own. */
const FAR_OFF = 10;

/**
 * Output options that let a source's KLV come along with the pictures that go to the same NUT: untouched, and in the
 * order of their times. They stand before the pictures' own, since of equal times the first stream goes first. A picture is held back for that until the next one comes, since ffmpeg waits for what may
 * still have to go before it.
 * @param stream of ffmpeg's first input, as a stream specifier
 */
export function klvOptions(stream: string | undefined): readonly string[] {
  // ffmpeg dies of an index with packets that have no times.
  const asItComes = ['-max_interleave_delta', '1', '-write_index', '0'];
  return stream === undefined ? [] : ['-map', `0:${stream}?`, '-c:d', 'copy', ...asItComes];
}

/** Times of pictures that have come, in seconds. */
export interface PictureTimes {
  readonly first: number;
  readonly last: number;
}

/** Notes what came beside the pictures. */
export function noteKlv(track: TelemetryTrack, data: readonly NutData[], { first, last }: PictureTimes): void {
  for (const { bytes, seconds } of data) {
    // Asynchronous KLV may come without times, and ffmpeg says 0, which a packet with a time says once at most. It
    // holds from the picture that it came with.
    const madeUp = seconds === 0 && (track.count > 0 || first > FAR_OFF);
    const timed = !madeUp && Math.abs(seconds - last) <= FAR_OFF;
    for (const { bytes: klv, telemetry } of readKlvPackets(bytes)) {
      track.push({ seconds: timed ? seconds : last, telemetry, klv });
    }
  }
}
