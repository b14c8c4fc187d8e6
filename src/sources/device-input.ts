import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { z } from 'zod';
import { DaylitError } from '../core/errors.js';
import type { FfmpegCapabilities } from '../ffmpeg/capabilities.js';
import type { FfmpegEnd } from '../ffmpeg/command.js';

/** What V4L2 calls a picture's layout, in ffmpeg's words. */
const FORMATS = {
  y16: 'gray16le',
  grey: 'gray',
  yuyv: 'yuyv422',
  nv12: 'nv12',
  mjpeg: 'mjpeg',
  h264: 'h264',
} as const;

const settings = z.strictObject({
  /** Raw counts unless another is asked for: what thermal cameras offer and webcams do not. */
  format: z.enum(Object.keys(FORMATS) as (keyof typeof FORMATS)[]).default('y16'),
  size: z
    .string()
    .regex(/^[1-9]\d{0,3}x[1-9]\d{0,3}$/, 'is WIDTHxHEIGHT')
    .optional(),
  rate: z
    .string()
    .regex(/^[1-9]\d{0,3}(?:\/[1-9]\d{0,3})?$/, 'is frames a second: 9, 25 or 60/7')
    .optional(),
});

/** A capture device (Linux) and how to set it. */
interface Device extends z.output<typeof settings> {
  readonly path: string;
}

/** Whether an address names a capture device. */
export function isDevice(address: string): boolean {
  return address.startsWith('v4l2:');
}

/**
 * Reads `v4l2:/dev/video0?format=y16|grey|yuyv|nv12|mjpeg|h264&size=160x120&rate=9`.
 * @throws DaylitError OPTION_INVALID
 */
export function parseDevice(address: string): Device {
  const [, path = '', query = ''] = /^v4l2:(\/[^?]+)(?:\?(.*))?$/s.exec(address) ?? [];
  const hint = 'Use v4l2:/dev/video0, with ?format=y16|grey|yuyv|nv12|mjpeg|h264&size=160x120&rate=9 as needed.';
  const parsed = settings.safeParse(Object.fromEntries(new URLSearchParams(query)));
  if (path !== '' && parsed.success) return { path, ...parsed.data };
  const [issue] = parsed.error?.issues ?? [];
  const detail = issue === undefined ? 'is no path from /' : `${issue.path.join('.')} ${issue.message}`.trim();
  throw new DaylitError('OPTION_INVALID', `${address}: ${detail}`, { hint });
}

/**
 * ffmpeg's input for a capture device.
 * @throws DaylitError OPTION_INVALID, FFMPEG_UNSUPPORTED
 */
export function deviceInput(address: string, { demuxers }: Pick<FfmpegCapabilities, 'demuxers'>): FfmpegEnd {
  const { path, format, size, rate } = parseDevice(address);
  if (!demuxers.has('v4l2')) throw new DaylitError('FFMPEG_UNSUPPORTED', 'it reads no v4l2 devices');
  return {
    address: path,
    options: [
      ...['-f', 'v4l2', '-input_format', FORMATS[format]],
      ...(size === undefined ? [] : ['-video_size', size]),
      ...(rate === undefined ? [] : ['-framerate', rate]),
    ],
  };
}

/**
 * Looks whether a device can be opened, so that ffmpeg's words need not be guessed at.
 * @throws DaylitError DEVICE_UNAVAILABLE where it is not there, INPUT_UNREADABLE where it is none or not ours to read
 */
export async function statDevice(address: string): Promise<void> {
  const { path } = parseDevice(address);
  const facts = await stat(path).catch((cause: unknown) => {
    throw new DaylitError('DEVICE_UNAVAILABLE', `${path} is not there`, { cause });
  });
  if (!facts.isCharacterDevice()) throw new DaylitError('INPUT_UNREADABLE', `${path} is no capture device`);
  await access(path, constants.R_OK | constants.W_OK).catch((cause: unknown) => {
    throw new DaylitError('INPUT_UNREADABLE', `${path} may not be read`, {
      cause,
      hint: 'The user must be in the group that owns the device, usually video.',
    });
  });
}
