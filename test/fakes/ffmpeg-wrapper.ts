import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUNDLED_FFMPEG } from './inspect-video.js';

/**
 * A program that is the bundled ffmpeg, but for encoding (pictures on stdin) runs `encoding` instead, a line of shell
 * in which `"$FFMPEG" "$@"` is the real thing. Gives its path.
 */
export function ffmpegThatEncodes(folder: string, encoding: string): string {
  const path = join(folder, 'wrapped-ffmpeg');
  const script = `#!/bin/sh\nFFMPEG='${BUNDLED_FFMPEG}'\ncase "$*" in *pipe:0*) ${encoding} ;; *) exec "$FFMPEG" "$@" ;; esac\n`;
  writeFileSync(path, script, { mode: 0o755 });
  return path;
}
