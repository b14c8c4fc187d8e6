import { execFile } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { promisify } from 'node:util';
import { ENCODING } from './plain-loop.js';

const run = promisify(execFile);

/** A black-body palette in the language of every ffmpeg's `pseudocolor`; which colours they are costs nothing. */
const PALETTE = "pseudocolor=c0='clip(2*val-255,0,255)':c1='clip(3*val-510,0,255)':c2='clip(2*val,0,255)'";

/**
 * The floor of every pipeline: one ffmpeg that decodes, looks each grey level up in a palette, and encodes with the
 * settings that daylit uses.
 *
 * @returns milliseconds from its start to its end
 */
export async function palette(ffmpeg: string, input: string, output: string): Promise<number> {
  const [filter = '', chain = '', ...encoder] = ENCODING;
  const start = performance.now();
  const filters = `format=gray,format=gbrp,${PALETTE},${chain}`;
  await run(ffmpeg, ['-v', 'error', '-y', '-i', input, filter, filters, ...encoder, output]);
  return performance.now() - start;
}
