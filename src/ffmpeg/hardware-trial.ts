import { readdir } from 'node:fs/promises';
import { DaylitError } from '../core/errors.js';
import type { FfmpegCapabilities } from './capabilities.js';
import { startFfmpeg } from './process.js';

/** An encoder in hardware that daylit knows how to feed. */
export interface HardwareEncoder {
  /** ffmpeg's name of it. */
  readonly name: 'h264_nvenc' | 'h264_vaapi' | 'h264_videotoolbox';
  /** Options that name the device. */
  readonly device: readonly string[];
  readonly pixelFormat: 'yuv420p' | 'nv12';
  /** Whether pictures must be brought to the device first. */
  readonly upload: boolean;
}

/** What became of a trial. */
export interface HardwareTrial {
  readonly encoder: HardwareEncoder;
  /** Why it cannot be used; undefined: it coded a frame. */
  readonly refused?: string;
}

/** An executable and what it was built with. */
type Listed = Pick<FfmpegCapabilities, 'encoders'> & { readonly path: string };

/** Milliseconds after which a driver that does not answer counts as broken. */
const PATIENCE_MS = 10_000;

/** The encoders in hardware that exist on this system. @param nodes names in /dev/dri */
export function hardwareEncoders(os: NodeJS.Platform, nodes: readonly string[]): readonly HardwareEncoder[] {
  const plain = { device: [], pixelFormat: 'yuv420p', upload: false } as const;
  if (os === 'darwin') return [{ name: 'h264_videotoolbox', ...plain }];
  const nvidia: HardwareEncoder = { name: 'h264_nvenc', ...plain };
  const [render] = nodes.filter((name) => name.startsWith('renderD')).sort();
  if (os !== 'linux' || render === undefined) return [nvidia];
  const vaapi: HardwareEncoder = {
    name: 'h264_vaapi',
    device: ['-vaapi_device', `/dev/dri/${render}`],
    pixelFormat: 'nv12',
    upload: true,
  };
  return [nvidia, vaapi];
}

/**
 * Lets each encoder in hardware that an ffmpeg was built with code one frame: that it is listed says nothing about the
 * driver. Never throws.
 */
export async function tryHardware(binary: Listed): Promise<readonly HardwareTrial[]> {
  const nodes = await readdir('/dev/dri').catch(() => []);
  const known = hardwareEncoders(process.platform, nodes).filter(({ name }) => binary.encoders.has(name));
  return Promise.all(known.map((encoder) => tryOne(binary.path, encoder)));
}

/**
 * The first encoder in hardware that coded a frame.
 * @throws DaylitError FFMPEG_UNSUPPORTED, with what was wrong with each
 */
export async function provenHardware(binary: Listed): Promise<HardwareEncoder> {
  const trials = await tryHardware(binary);
  const proven = trials.find(({ refused }) => refused === undefined);
  if (proven !== undefined) return proven.encoder;
  const reasons = trials.map(({ encoder, refused = '' }) => `${encoder.name}: ${refused}`).join('; ');
  throw new DaylitError('FFMPEG_UNSUPPORTED', reasons === '' ? 'has no encoder in hardware' : reasons);
}

async function tryOne(path: string, encoder: HardwareEncoder): Promise<HardwareTrial> {
  const { name, device, pixelFormat, upload } = encoder;
  const frame = ['-f', 'lavfi', '-i', 'color=c=gray:size=256x256:rate=25'];
  const coded = [
    '-frames:v',
    '1',
    '-vf',
    `format=${pixelFormat}${upload ? ',hwupload' : ''}`,
    '-c:v',
    name,
    '-f',
    'null',
    '-',
  ];
  const ffmpeg = startFfmpeg(path, ['-hide_banner', '-loglevel', 'level+error', ...device, ...frame, ...coded]);
  const patience = setTimeout(() => void ffmpeg.kill(), PATIENCE_MS);
  try {
    await ffmpeg.finished;
    return { encoder };
  } catch (thrown) {
    const [reason = DaylitError.from(thrown).message] = ffmpeg.tail();
    return { encoder, refused: reason.replace(/^\[[^\]]*\] */, '') };
  } finally {
    clearTimeout(patience);
  }
}
