import { z } from 'zod';
import { DaylitError } from './core/errors.js';
import { RTSP_TRANSPORTS } from './sources/live-input.js';
import { STDOUT_FORMATS } from './sinks/stdout.js';
import { AGC_KINDS } from './thermal/gain-control.js';
import { PALETTE_NAMES } from './thermal/palettes.js';
import { POLARITY_CHOICES } from './thermal/polarity.js';

const size = z
  .string()
  .regex(/^\d+x\d+$/i, 'must look like 640x512')
  .transform((text) => {
    const [width = 0, height = 0] = text.toLowerCase().split('x').map(Number);
    return { width, height };
  })
  .refine(
    ({ width, height }) => width >= 1 && height >= 1 && width <= 8192 && height <= 8192,
    'must be 1 to 8192 a side',
  );

/**
 * All that a colorizing job can be told, with defaults. The command line, the library and later the cameras file share
 * this schema; flags are the names in kebab case.
 */
export const jobSchema = z.strictObject({
  /** A video file, a picture, a folder or glob of pictures, several pictures, raw video, or `synthetic:street`. */
  input: z.array(z.string().min(1)).default([]),
  /** Daylight photos of the place: files, or `synthetic:…` for that scene's own daylight view. */
  references: z.array(z.string().min(1)).default([]),
  /** Files, picture folders (ending in /) or patterns, or `-` for stdout. */
  outputs: z.array(z.string().min(1)).default([]),
  /** Folder of the model; the one that ships with daylit if left out. */
  model: z.string().min(1).optional(),
  device: z.enum(['auto', 'cpu', 'cuda', 'webgpu', 'coreml', 'dml']).default('auto'),
  /** How fine the CPU counts: `auto` measures once which is faster on this machine. */
  precision: z.enum(['auto', 'fp32', 'int8']).default('auto'),
  /** Threads of the model on the CPU. */
  threads: z.int().min(1).max(64).optional(),
  /**
   * 0: each frame by itself; towards 1: colours held wherever the thermal picture stands still. Left out: 0.8 for
   * video, 0 for pictures, which need not belong together.
   */
  smoothing: z.number().min(0).max(1).optional(),
  agc: z.enum(AGC_KINDS).default('auto'),
  polarity: z.enum(POLARITY_CHOICES).default('auto'),
  /** The false colours that the input is in. */
  inputPalette: z.enum(['auto', 'none', ...PALETTE_NAMES]).default('auto'),
  /** Colour by this palette instead of the model. */
  palette: z.enum(PALETTE_NAMES).optional(),
  /** Luma range of the input video. */
  range: z.enum(['auto', 'limited', 'full']).default('auto'),
  /** Raw video only. */
  size: size.optional(),
  pixelFormat: z.enum(['gray8', 'gray16le', 'rgb24']).optional(),
  /** Frames a second of raw video and pictures. */
  frameRate: z.number().positive().max(1000).optional(),
  /** Thermal picture left, colour right. */
  sideBySide: z.boolean().default(false),
  codec: z.string().min(1).optional(),
  crf: z.number().min(0).max(63).optional(),
  preset: z.string().min(1).optional(),
  /** Of stdout. */
  format: z.enum(STDOUT_FORMATS).optional(),
  overwrite: z.boolean().default(false),
  /** Of a damaged input, keep the frames that could be read. */
  keepPartial: z.boolean().default(false),
  ffmpeg: z.string().min(1).optional(),
});

/** A job as callers write it: everything but input and outputs may be left out. */
export type JobInput = z.input<typeof jobSchema>;

/** A job with its defaults filled in and everything checked. */
export type JobOptions = z.output<typeof jobSchema>;

const seconds = z.number().positive().max(86_400);

/** All that a running stream can be told, with defaults; what it shares with a job means the same. */
export const streamSchema = jobSchema
  .pick({
    ...{ references: true, outputs: true, model: true, device: true, precision: true, threads: true },
    ...{ agc: true, polarity: true },
    ...{ inputPalette: true, palette: true, range: true, sideBySide: true, codec: true, crf: true, preset: true },
    ...{ format: true, ffmpeg: true },
  })
  .extend({
    /** An address (rtsp, rtsps, udp, rtp, tcp, srt, http, https), `synthetic:street`, or with `realtime` a recording. */
    input: z.string().min(1),
    smoothing: z.number().min(0).max(1).optional(),
    /** Plays a recording as a camera would send it. */
    realtime: z.boolean().default(false),
    /** Over and over again. */
    loop: z.boolean().default(false),
    transport: z.enum(RTSP_TRANSPORTS).default('tcp'),
    /** Seconds from the beginning of a connection to its first decoded picture. */
    firstFrameTimeout: seconds.default(15),
    /** Seconds between decoded pictures. */
    stallTimeout: seconds.default(4),
    /** Seconds after which a recording whose name holds a time goes on in another file. */
    segment: seconds.min(1).default(600),
  });

/** A stream as callers write it. */
export type StreamInput = z.input<typeof streamSchema>;

/** A stream with its defaults filled in and everything checked. */
export type StreamOptions = z.output<typeof streamSchema>;

/** Checks a whole job before anything starts. Throws OPTION_INVALID naming the first option that is wrong. */
export function parseJob(input: unknown): JobOptions {
  return checked(jobSchema, input, { references: 'reference', outputs: 'output' });
}

/** Checks all about a stream before anything starts. Throws OPTION_INVALID naming the first option that is wrong. */
export function parseStream(input: unknown): StreamOptions {
  return checked(streamSchema, input, { references: 'reference', outputs: 'to' });
}

/** @param flags what options are called on the command line, where not as here */
function checked<T>(schema: z.ZodType<T>, input: unknown, flags: Readonly<Record<string, string>>): T {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys.join(', ') : undefined;
  if (unknown !== undefined) throw new DaylitError('OPTION_UNKNOWN', unknown);
  const name = String(issue?.path[0] ?? '');
  throw new DaylitError('OPTION_INVALID', `${flagOf(flags[name] ?? name)}: ${issue?.message ?? 'not valid'}`);
}

/** `inputPalette` → `--input-palette`. */
function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
