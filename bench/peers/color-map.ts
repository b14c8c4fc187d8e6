import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../src/core/package-root.js';
import { ULTRAFAST } from '../../src/palette-floor.js';

const run = promisify(execFile);
const PROGRAM = join(packageRoot(), 'bench', 'peers', 'apply_color_map.py');

/** OpenCV's `applyColorMap` in Python between decoder and encoder. @returns milliseconds, Python's own start left out */
export async function colorMap(python: string, ffmpeg: string, input: string, output: string): Promise<number> {
  const { stdout } = await run(python, [PROGRAM, ffmpeg, input, output, ...ULTRAFAST]);
  return Number(stdout);
}
