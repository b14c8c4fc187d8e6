import { readdir } from 'node:fs/promises';
import { DaylitError } from '../core/errors.js';
import type { FfmpegBinary } from './binary.js';
import { startFfmpeg } from './process.js';

/** An encoder in hardware that daylit knows how to feed. */
export interface HardwareEncoder {
  /** ffmpeg's name of it. */
  readonly name: string;
  /** Options before the input. */
  readonly device: readonly string[];
  /** What pictures must be turned into, in ffmpeg's filter language. */
  readonly pictures: string;
}

/** What became of a trial. */
export interface HardwareTrial {
  readonly name: string;
  /** Why it cannot be used; undefined: it coded a frame. */
  readonly refused?: string;
}

/** Milliseconds after which a driver that does not answer counts as broken. */
const PATIENCE_MS = 10_000;

/** The encoders in hardware that exist on this system. @param nodes names in /dev/dri */
export function hardwareEncoders(os: NodeJS.Platform, nodes: readonly string[]): readonly HardwareEncoder[] {
  const plain = { device: [], pictures: 'format=yuv420p' };
  if (os === 'darwin') return [{ name: 'h264_videotoolbox', ...plain }];
  const nvidia = { name: 'h264_nvenc', ...plain };
  const [render] = nodes.filter((name) => name.startsWith('renderD')).sort();
  if (os !== 'linux' || render === undefined) return [nvidia];
  const vaapi = {
    name: 'h264_vaapi',
    device: ['-vaapi_device', `/dev/dri/${render}`],
    pictures: 'format=nv12,hwupload',
  };
  return [nvidia, vaapi];
}

/**
 * Lets each encoder in hardware that an ffmpeg was built with code one frame: that it is listed says nothing about the
 * driver. Never throws.
 */
export async function tryHardware(binary: Pick<FfmpegBinary, 'path' | 'encoders'>): Promise<readonly HardwareTrial[]> {
  const nodes = await readdir('/dev/dri').catch(() => []);
  const known = hardwareEncoders(process.platform, nodes).filter(({ name }) => binary.encoders.has(name));
  return Promise.all(known.map((encoder) => tryOne(binary.path, encoder)));
}

async function tryOne(path: string, { name, device, pictures }: HardwareEncoder): Promise<HardwareTrial> {
  const frame = ['-f', 'lavfi', '-i', 'color=c=gray:size=256x256:rate=25'];
  const coded = ['-frames:v', '1', '-vf', pictures, '-c:v', name, '-f', 'null', '-'];
  const ffmpeg = startFfmpeg(path, ['-hide_banner', '-loglevel', 'level+error', ...device, ...frame, ...coded]);
  const patience = setTimeout(() => void ffmpeg.kill(), PATIENCE_MS);
  try {
    await ffmpeg.finished;
    return { name };
  } catch (thrown) {
    const [reason = DaylitError.from(thrown).message] = ffmpeg.tail();
    return { name, refused: reason.replace(/^\[[^\]]*\] */, '') };
  } finally {
    clearTimeout(patience);
  }
}
