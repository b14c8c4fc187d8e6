import { createHash } from 'node:crypto';
import { z } from 'zod';
import { jobSchema } from '../config.js';
import { PHOTO_NAME } from './blob-store.js';

/** The queue of recordings. */
export const ARCHIVE_QUEUE = 'daylit-archive';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const path = z.string().min(1).max(4096);
const ticks = z.int();

/** What a job may say about colours and coding: never a program, a model's path or a device. */
export const coloursSchema = jobSchema
  .pick({
    ...{ smoothing: true, agc: true, polarity: true, inputPalette: true, palette: true, range: true },
    ...{ codec: true, crf: true, preset: true, precision: true, sideBySide: true },
  })
  .partial();

/** Colours of a whole batch; what is left out is as `daylit colorize` has it. */
export type BatchColours = z.output<typeof coloursSchema>;

/** A recording, or one part of it, to be coloured. */
export const colouringSchema = z.strictObject({
  kind: z.literal('colouring'),
  /** SHA-256 of the recording's bytes, which makes the same recording the same job. */
  content: sha256,
  input: path,
  output: path,
  photos: z.array(z.string().regex(PHOTO_NAME)).max(16),
  colours: coloursSchema,
  /** SHA-256 of the model.json that colours it; none where a palette does. */
  model: sha256.optional(),
  part: z.strictObject({ from: ticks, to: ticks }).optional(),
  /** Frames that the result will have, about; none where the recording does not say it. */
  frames: z.int().min(0).optional(),
});

/** Coloured parts to be joined when all are there. */
export const joiningSchema = z.strictObject({
  kind: z.literal('joining'),
  content: sha256,
  input: path,
  output: path,
  colours: coloursSchema,
  /** Folder of the parts; it goes when they are joined. */
  folder: path,
  parts: z
    .array(z.strictObject({ path, from: ticks }))
    .min(1)
    .max(2000),
});

export const archiveJobSchema = z.discriminatedUnion('kind', [colouringSchema, joiningSchema]);
export type ArchiveJob = z.output<typeof archiveJobSchema>;
export type Colouring = z.output<typeof colouringSchema>;
export type Joining = z.output<typeof joiningSchema>;

/** What says nothing of how the result looks: where the recording lies, and how long it is said to be. */
const NOT_OF_THE_RESULT: ReadonlySet<string> = new Set(['input', 'frames']);

/** Names what a job makes, the same for the same work whenever it is put into the queue. */
export function markOf(job: ArchiveJob): string {
  const essence = Object.entries(job).filter(([key]) => !NOT_OF_THE_RESULT.has(key));
  return createHash('sha256').update(JSON.stringify(essence)).digest('hex');
}

/** How far one job is; shown by `fleet status`. */
export interface JobProgress {
  readonly frames: number;
  readonly of?: number;
}

/** What a finished job tells. */
export interface JobResult {
  readonly frames: number;
  readonly bytes: number;
  readonly worker: string;
}
