import { z } from 'zod';
import { detectionsSchema } from '../detections.js';

/** What is told of a photo. */
export const photoAnswer = z
  .object({ id: z.string(), name: z.string(), inUse: z.boolean() })
  .describe('A daylight photo, and whether the camera is coloured after it.');

export const photosAnswer = z.object({ references: z.array(photoAnswer) });

const percentiles = z.object({ p50: z.number(), p95: z.number() });
const size = z.object({ width: z.int(), height: z.int() });

/** Where an output stands. */
export const outputAnswer = z.object({
  target: z.string().describe('Path or address, without credentials.'),
  state: z.string(),
  frames: z.int(),
  dropped: z.int(),
  ageMs: percentiles.optional(),
});

/** Where a camera stands. */
export const cameraAnswer = z
  .object({
    id: z.string(),
    name: z.string(),
    state: z.enum(['connecting', 'live', 'frozen', 'stalled', 'reconnecting', 'failed', 'ended']),
    reason: z.string().describe('Why, in one plain sentence.'),
    code: z.string().optional().describe('An error code of docs/errors.md.'),
    retryInMs: z.number().optional(),
    epoch: z.int().describe('How many connections that showed pictures came before this one.'),
    fps: z.number().describe('Coloured pictures a second, over the last seconds.'),
    framesIn: z.int(),
    coloured: z.int(),
    dropped: z.int().describe('For newer ones, since colouring was busy.'),
    ageMs: percentiles.optional().describe('Milliseconds from arrival until coloured.'),
    size: size.optional(),
    provider: z.string().describe('What runs the model, or the palette.'),
    smoothing: z.number(),
    palette: z.string().nullable(),
    viewers: z.int(),
    programs: z.int().describe('Programs that read frames.'),
    references: z.array(photoAnswer).optional(),
    outputs: z.array(outputAnswer).describe('Where it is handed on to, besides viewers and programs.'),
  })
  .describe('Where a camera stands.');

export const camerasAnswer = z.object({ cameras: z.array(cameraAnswer) });

/** What a detector said of one frame. */
export const detectionsAnswer = z
  .object({ camera: z.string(), at: z.iso.datetime().describe('When it came.'), ...detectionsSchema.shape })
  .describe('What a detector found in one frame.');

export const recentDetectionsAnswer = z.object({ detections: z.array(detectionsAnswer) });

export const temperatureAnswer = z.object({ x: z.number(), y: z.number(), celsius: z.number() });

export const outputsAnswer = z.object({ outputs: z.array(outputAnswer) });

/** How every failure is told. */
export const errorAnswerSchema = z.object({
  error: z.object({
    code: z.string().describe('Stays the same; docs/errors.md explains each.'),
    message: z.string(),
    hint: z.string(),
  }),
});

/** Nothing is said. */
export const nothing = z.null().describe('Done; nothing to say.');
