import { z } from 'zod';
import { forbiddenProtocol } from './allowed-address.js';
import { checked } from './checked-options.js';
import { DaylitError } from './core/errors.js';
import { amount, duration } from './quantities.js';
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
 * All that a colorizing job can be told, with defaults. The command line, the library and the cameras file share this
 * schema; flags are the names in kebab case.
 */
export const jobSchema = z.strictObject({
  /** A video file, a picture, a folder or glob of pictures, several pictures, raw video, or `synthetic:street`. */
  input: z.array(z.string().min(1)).default([]),
  references: z
    .array(z.string().min(1))
    .default([])
    .describe("Daylight photos of the place: files, or synthetic:… for that scene's own daylight view."),
  outputs: z
    .array(z.string().min(1))
    .default([])
    .describe('Files, picture folders (ending in /) or patterns; of live streams also addresses to push to.'),
  model: z.string().min(1).optional().describe('Folder of the model; the one that ships with daylit if left out.'),
  device: z.enum(['auto', 'cpu', 'cuda', 'webgpu', 'coreml', 'dml']).default('auto').describe('What runs the model.'),
  precision: z
    .enum(['auto', 'fp32', 'int8'])
    .default('auto')
    .describe('How fine the CPU counts: auto measures once which is faster on this machine.'),
  threads: z.int().min(1).max(64).optional().describe('Threads of the model on the CPU.'),
  smoothing: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe(
      '0: each frame by itself; towards 1: colours held wherever the thermal picture stands still. Left out: 0.8 for ' +
        'video, 0 for pictures, which need not belong together.',
    ),
  agc: z.enum(AGC_KINDS).default('auto').describe('Gain control: how thermal counts become grey levels.'),
  polarity: z.enum(POLARITY_CHOICES).default('auto').describe('Which end of the grey scale is hot.'),
  inputPalette: z
    .enum(['auto', 'none', ...PALETTE_NAMES])
    .default('auto')
    .describe('The false colours that the input is in.'),
  palette: z.enum(PALETTE_NAMES).optional().describe('Colour by this palette instead of the model.'),
  range: z.enum(['auto', 'limited', 'full']).default('auto').describe('Luma range of the input video.'),
  /** Raw video only. */
  telemetry: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Of a recording, the file of subtitles in which a DJI drone has written its telemetry; else one beside it.',
    ),
  size: size.optional(),
  pixelFormat: z.enum(['gray8', 'gray16le', 'rgb24']).optional(),
  /** Frames a second of raw video and pictures. */
  frameRate: z.number().positive().max(1000).optional(),
  sideBySide: z.boolean().default(false).describe('Thermal picture left, colour right.'),
  codec: z
    .string()
    .min(1)
    .optional()
    .describe('h264, h265, vp9, ffv1, mjpeg, prores or hardware (H.264), as far as the output can hold it.'),
  crf: z.number().min(0).max(63).optional().describe('Quality of the codec; smaller is better.'),
  preset: z.string().min(1).optional().describe('Speed of the encoder.'),
  /** Of stdout. */
  format: z.enum(STDOUT_FORMATS).optional(),
  overwrite: z.boolean().default(false),
  /** Of a damaged input, keep the frames that could be read. */
  keepPartial: z.boolean().default(false),
  ffmpeg: z.string().min(1).optional().describe('Which ffmpeg to use.'),
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
    ...{ smoothing: true, agc: true, polarity: true },
    ...{ inputPalette: true, palette: true, range: true, sideBySide: true, codec: true, crf: true, preset: true },
    ...{ format: true, ffmpeg: true, telemetry: true },
  })
  .extend({
    input: z
      .string()
      .min(1)
      .describe(
        'An address (rtsp, rtsps, udp, rtp, tcp, srt, rtmp, http, https), a description camera.sdp, v4l2:/dev/video0, synthetic:street, or with realtime a recording.',
      ),
    realtime: z.boolean().default(false).describe('Plays a recording as a camera would send it.'),
    loop: z.boolean().default(false).describe('Plays it over and over again.'),
    transport: z.enum(RTSP_TRANSPORTS).default('tcp').describe('How RTSP carries pictures.'),
    firstFrameTimeout: seconds
      .default(15)
      .describe('Seconds from the beginning of a connection to its first decoded picture.'),
    stallTimeout: seconds.default(4).describe('Seconds between decoded pictures.'),
    segment: seconds
      .min(1)
      .default(600)
      .describe('Seconds after which a recording whose name holds a time goes on in another file.'),
    segmentSize: amount.optional().describe('And after so much data, such as 500MB.'),
    keepFor: duration.optional().describe('How long files of such recordings and snapshots are kept, such as 7d.'),
    keepBytes: amount.optional().describe('How much of each such row of files is kept, such as 50GB; the newest stay.'),
    snapshotEvery: seconds.optional().describe('Seconds between two pictures of a row such as snap/%H%M%S.jpg.'),
    slate: z
      .boolean()
      .default(false)
      .describe('Keeps receivers and players going with the last picture, marked, while the camera is away.'),
    adaptive: z.boolean().default(false).describe('Colours smaller pictures while the model cannot hold the rate.'),
  });

/** A stream as callers write it. */
export type StreamInput = z.input<typeof streamSchema>;

/** A stream with its defaults filled in and everything checked. */
export type StreamOptions = z.output<typeof streamSchema>;

const file = z.string().min(1);

/** Where `daylit serve` listens and whom it lets in. */
export const serverSchema = z.strictObject({
  host: z.string().min(1).default('127.0.0.1').describe('Address to listen on; 127.0.0.1 is this machine alone.'),
  port: z.int().min(0).max(65_535).default(8080).describe('Port to listen on; 0 for any free one.'),
  tls: z.strictObject({ cert: file, key: file }).optional().describe('PEM files of the certificate and its key.'),
  auth: file.optional().describe('File of the users and tokens that are let in.'),
  allowedHosts: z
    .array(z.string().min(1))
    .default([])
    .describe("Names besides this machine's own by which people reach the server."),
  cameraHosts: z
    .array(z.string().min(1))
    .default([])
    .describe('Names, addresses and networks at which programs may add cameras; any but this machine if left out.'),
  detectionsLog: file.optional().describe('File to which what detectors find is written, as JSON Lines.'),
  trustProxy: z
    .array(z.string().min(1))
    .default([])
    .describe('Addresses of reverse proxies whose word about the client is taken.'),
  insecure: z
    .boolean()
    .default(false)
    .describe('Lets whoever reaches the server watch and change things, without credentials or encryption.'),
});

/** A server as callers write it. */
export type ServerInput = z.input<typeof serverSchema>;

/** A server with its defaults filled in and everything checked. */
export type ServerOptions = z.output<typeof serverSchema>;

/** Checks a whole job before anything starts. Throws OPTION_INVALID naming the first option that is wrong. */
export function parseJob(input: unknown): JobOptions {
  return checked(jobSchema, input, { references: 'reference', outputs: 'output' });
}

/**
 * Checks all about a stream before anything starts. Throws OPTION_INVALID naming the first option that is wrong,
 * PROTOCOL_FORBIDDEN for addresses by which ffmpeg would open files or put things together.
 */
export function parseStream(input: unknown): StreamOptions {
  const options = checked(streamSchema, input, { references: 'reference', outputs: 'to' });
  for (const address of [options.input, ...options.outputs]) {
    const protocol = forbiddenProtocol(address);
    if (protocol !== undefined) throw new DaylitError('PROTOCOL_FORBIDDEN', `${protocol}:`);
  }
  return options;
}
