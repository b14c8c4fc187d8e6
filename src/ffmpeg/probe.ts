import { DaylitError } from '../core/errors.js';
import type { Rational } from '../core/frame.js';
import type { FfmpegBinary } from './binary.js';
import { ffmpegArguments, STDOUT, type FfmpegEnd } from './command.js';
import { startFfmpeg } from './process.js';
import type { FfmpegEvent } from './stderr.js';
import { describeInput, type InputDescription, type VideoDescription } from './video-description.js';

/** An input with a video track. */
export interface VideoProbe
  extends VideoDescription, Pick<InputDescription, 'audio' | 'subtitles' | 'durationSeconds' | 'klv'> {
  /** Of the track, exact. */
  readonly timeBase: Rational;
  /** Estimated from duration and rate. */
  readonly frameCount?: number;
}

/** What ffmpeg says of an input: its video, or why there is none. */
export type ProbeAnswer =
  | { readonly video: VideoProbe }
  | { readonly video: undefined; readonly events: ReadonlySet<FfmpegEvent>; readonly failure: DaylitError };

/**
 * Looks at an input without decoding it. One run copies the first packet into ffmpeg's `framecrc` listing, whose head
 * states the time base exactly, while the tracks are described on stderr; this works alike in ffmpeg 4 to 9.
 */
export async function probeVideo(binary: FfmpegBinary, input: FfmpegEnd): Promise<ProbeAnswer> {
  const listing = ['-map', '0:V:0', '-c', 'copy', '-copytb', '1', '-frames:v', '1', '-f', 'framecrc'];
  const lines: string[] = [];
  const ffmpeg = startFfmpeg(
    binary.path,
    ffmpegArguments({ inputs: [input], outputs: [{ address: STDOUT, options: listing }] }),
    {
      stdout: 'pipe',
      onLine: (line) => {
        if (line.kind === 'log') lines.push(line.text);
      },
    },
  );
  let listed = '';
  ffmpeg.stdout?.setEncoding('utf8').on('data', (text: string) => (listed += text));
  try {
    await ffmpeg.finished;
  } catch (error) {
    return { video: undefined, events: ffmpeg.events, failure: DaylitError.from(error) };
  }
  const { video, audio, subtitles, durationSeconds, klv } = describeInput(lines);
  const [, numerator, denominator] = /^#tb 0: (\d+)\/(\d+)$/m.exec(listed) ?? [];
  if (video === undefined || numerator === undefined || denominator === undefined) {
    const failure = new DaylitError('FFMPEG_FAILED', 'ffmpeg did not describe the input');
    return { video: undefined, events: ffmpeg.events, failure };
  }
  const rate = video.frameRate;
  return {
    video: {
      ...video,
      audio,
      subtitles,
      timeBase: { numerator: Number(numerator), denominator: Number(denominator) },
      ...(durationSeconds === undefined ? {} : { durationSeconds }),
      ...(klv === undefined ? {} : { klv }),
      ...(durationSeconds === undefined || rate === undefined
        ? {}
        : { frameCount: Math.round((durationSeconds * rate.numerator) / rate.denominator) }),
    },
  };
}
