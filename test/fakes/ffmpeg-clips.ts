import type { FfmpegBinary } from '../../src/ffmpeg/binary.js';
import { ffmpegArguments, fileAddress, STDIN, STDOUT, type FfmpegEnd } from '../../src/ffmpeg/command.js';
import { NutMuxer, type RawVideo } from '../../src/ffmpeg/nut-mux.js';
import { startFfmpeg } from '../../src/ffmpeg/process.js';
import type { Rational } from '../../src/core/frame.js';

/** A test source of ffmpeg's own. */
export function lavfi(graph: string): FfmpegEnd {
  return { address: graph, options: ['-f', 'lavfi'] };
}

/** Writes a file from ffmpeg's own test sources. */
export async function makeClip(
  binary: FfmpegBinary,
  inputs: readonly FfmpegEnd[],
  path: string,
  ...options: string[]
): Promise<string> {
  const outputs = [{ address: fileAddress(path), options }];
  await startFfmpeg(binary.path, ffmpegArguments({ inputs, outputs })).finished;
  return path;
}

/** Writes a file from pictures. */
export async function makeClipOf(
  binary: FfmpegBinary,
  video: RawVideo,
  pictures: readonly { readonly pts: number; readonly pixels: Uint8Array }[],
  path: string,
  ...options: string[]
): Promise<string> {
  const muxer = new NutMuxer(video);
  const bytes = [muxer.header(), ...pictures.flatMap(({ pts, pixels }) => [muxer.frame(pts), pixels])];
  const args = ffmpegArguments({
    inputs: [{ address: STDIN, options: ['-f', 'nut', '-copyts'] }],
    outputs: [{ address: fileAddress(path), options }],
  });
  const ffmpeg = startFfmpeg(binary.path, args, { stdin: 'data' });
  ffmpeg.stdin?.end(Buffer.concat(bytes));
  await ffmpeg.finished;
  return path;
}

/** The timestamps of a file's pictures in order, as ffmpeg's own packet listing has them. */
export async function listedTimes(binary: FfmpegBinary, path: string): Promise<{ timeBase: Rational; pts: number[] }> {
  const listing = ['-map', '0:v', '-c', 'copy', '-copytb', '1', '-f', 'framecrc'];
  const args = ffmpegArguments({
    inputs: [{ address: fileAddress(path), options: ['-copyts'] }],
    outputs: [{ address: STDOUT, options: listing }],
  });
  const ffmpeg = startFfmpeg(binary.path, args, { stdout: 'pipe' });
  let text = '';
  ffmpeg.stdout?.setEncoding('utf8').on('data', (more: string) => (text += more));
  await ffmpeg.finished;
  const [, numerator, denominator] = /^#tb 0: (\d+)\/(\d+)$/m.exec(text) ?? [];
  const pts = Array.from(text.matchAll(/^0, +-?\d+, +(-?\d+),/gm), ([, time]) => Number(time));
  return {
    timeBase: { numerator: Number(numerator), denominator: Number(denominator) },
    pts: pts.sort((a, b) => a - b),
  };
}
