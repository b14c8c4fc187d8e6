import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import bundled from '@ffmpeg-installer/ffmpeg';
import type { Rational, Size } from '../../src/core/frame.js';

/** The ffmpeg that comes with daylit: always there. */
export const BUNDLED_FFMPEG = bundled.path;

const run = promisify(execFile);

/** Time base and sorted presentation times of one stream's packets, exactly as the file holds them. */
export async function packetTimes(path: string, stream = 'v:0'): Promise<{ timeBase: Rational; pts: number[] }> {
  const { timeBase, pts } = await packetTimesAsStored(path, stream);
  return { timeBase, pts: pts.sort((a, b) => a - b) };
}

/** The same in the order of the packets, which is not that of the pictures where some are coded out of order. */
export async function packetTimesAsStored(
  path: string,
  stream = 'v:0',
): Promise<{ timeBase: Rational; pts: number[] }> {
  const args = ['-v', 'error', '-copyts', '-i', path, '-map', `0:${stream}`, '-c', 'copy', '-f', 'framecrc', '-'];
  const { stdout } = await run(BUNDLED_FFMPEG, args, { maxBuffer: 1 << 28 });
  const [, numerator = '0', denominator = '1'] = /^#tb 0: (\d+)\/(\d+)/m.exec(stdout) ?? [];
  const pts = Array.from(stdout.matchAll(/^0, *-?\d+, *(-?\d+),/gm), ([, time]) => Number(time));
  return { timeBase: { numerator: Number(numerator), denominator: Number(denominator) }, pts };
}

/** Presentation times in whole microseconds. */
export async function packetMicroseconds(path: string, stream = 'v:0'): Promise<number[]> {
  const { timeBase, pts } = await packetTimes(path, stream);
  return pts.map((time) => Math.round((time * timeBase.numerator * 1e6) / timeBase.denominator));
}

/** All pictures as rgb24, with the matrix and range that the file's tags ought to name. */
export async function decodedPictures(
  path: string,
  size: Size,
  conversion = 'in_color_matrix=bt709:in_range=tv',
): Promise<Uint8Array[]> {
  const filter = `scale=${conversion}:flags=accurate_rnd+full_chroma_int,format=rgb24`;
  const args = [
    '-v',
    'error',
    '-i',
    path,
    '-map',
    '0:v:0',
    '-vsync',
    'passthrough',
    '-vf',
    filter,
    '-f',
    'rawvideo',
    '-',
  ];
  const { stdout } = await run(BUNDLED_FFMPEG, args, { encoding: 'buffer', maxBuffer: 1 << 28 });
  const bytes = size.width * size.height * 3;
  return Array.from({ length: stdout.length / bytes }, (_, index) =>
    stdout.subarray(index * bytes, (index + 1) * bytes),
  );
}

/** What ffmpeg prints about a file: streams, sizes, colours, metadata. */
export async function described(path: string): Promise<string> {
  const { stderr } = await run(BUNDLED_FFMPEG, [
    '-hide_banner',
    '-i',
    path,
    '-map',
    '0',
    '-c',
    'copy',
    '-f',
    'null',
    '-',
  ]);
  return stderr;
}

/** Makes a file with ffmpeg. */
export async function madeByFfmpeg(...args: string[]): Promise<void> {
  await run(BUNDLED_FFMPEG, ['-v', 'error', '-y', ...args]);
}
