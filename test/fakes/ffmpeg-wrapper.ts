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

/**
 * A program that is the bundled ffmpeg with NVENC, for which x264 stands in; with `failure` its driver is broken. It
 * keeps to options that both know, so that what NVENC alone is told is left out. Gives its path.
 */
export function ffmpegWithCard(folder: string, name: string, failure?: string): string {
  const path = join(folder, name);
  const script = `#!/bin/sh
FFMPEG='${BUNDLED_FFMPEG}'
case "$*" in
  *-encoders*) "$FFMPEG" "$@" && echo ' V..... h264_nvenc           NVIDIA NVENC H.264 encoder'; exit ;;
  *h264_nvenc*) ;;
  *) exec "$FFMPEG" "$@" ;;
esac
${failure === undefined ? '' : `echo '[error] ${failure}' >&2; exit 1`}
count=$#
while [ "$count" -gt 0 ]; do
  word=$1
  shift; count=$((count - 1))
  case "$word" in
    h264_nvenc) set -- "$@" libx264 ;;
    -cq) set -- "$@" -crf ;;
    -rc|-b:v|-delay|-zerolatency) shift; count=$((count - 1)) ;;
    *) set -- "$@" "$word" ;;
  esac
done
exec "$FFMPEG" "$@"
`;
  writeFileSync(path, script, { mode: 0o755 });
  return path;
}
