import { performance } from 'node:perf_hooks';
import { fileAddress, ffmpegArguments } from './ffmpeg/command.js';
import { startFfmpeg } from './ffmpeg/process.js';

/** A black-body palette in the language of every ffmpeg's `pseudocolor`; which colours they are costs nothing. */
const PALETTE = "pseudocolor=c0='clip(2*val-255,0,255)':c1='clip(3*val-510,0,255)':c2='clip(2*val,0,255)'";

/** How daylit encodes by `--preset ultrafast`: BT.709 is what its colours are in. */
export const ULTRAFAST = [
  '-vf',
  'scale=out_color_matrix=bt709:out_range=tv,format=yuv420p',
  ...['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '18'],
] as const;

/**
 * The floor of every pipeline: one ffmpeg that decodes, looks each grey level up in a palette, and encodes with the
 * settings that daylit uses. Nothing that colours frames can be faster.
 *
 * @param ffmpeg path of the executable
 * @returns milliseconds from its start to its end
 * @throws DaylitError of the FFMPEG family
 */
export async function paletteFloor(ffmpeg: string, input: string, output: string): Promise<number> {
  const [filter, chain, ...encoder] = ULTRAFAST;
  const args = ffmpegArguments({
    inputs: [{ address: fileAddress(input) }],
    outputs: [
      { address: fileAddress(output), options: [filter, `format=gray,format=gbrp,${PALETTE},${chain}`, ...encoder] },
    ],
  });
  const start = performance.now();
  await startFfmpeg(ffmpeg, args).finished;
  return performance.now() - start;
}
