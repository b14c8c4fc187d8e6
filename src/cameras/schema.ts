import { z } from 'zod';
import { serverSchema, streamSchema, type StreamInput } from '../config.js';

/** Short, for addresses: what a camera is called in the file, in URLs and in events. */
const cameraId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'must be 1 to 40 of a–z, 0–9 and -');

const camera = streamSchema.omit({ format: true }).extend({
  name: z.string().min(1).max(80).optional().describe('What people call the camera; its id if left out.'),
  outputs: streamSchema.shape.outputs
    .unwrap()
    .refine((outputs) => !outputs.includes('-'), 'standard output is for daylit stream')
    .refine((outputs) => new Set(outputs).size === outputs.length, 'an output is named twice')
    .optional()
    .describe('Addresses to push to, playlists and recordings, as many as you like.'),
});

const MOST_CAMERAS = 256;

/** Everything that cameras.yml may hold. */
export const camerasFileSchema = z.strictObject({
  server: serverSchema.optional().describe('Where `daylit serve cameras.yml` listens; flags come before it.'),
  defaults: camera
    .omit({ input: true, name: true, outputs: true })
    .partial()
    .optional()
    .describe('What holds for every camera that does not say otherwise.'),
  cameras: z
    .record(cameraId, camera)
    .refine((cameras) => Object.keys(cameras).length <= MOST_CAMERAS, `at most ${MOST_CAMERAS} cameras`)
    .describe('The cameras, each under its id.'),
});

/** One camera as the file has it, with the file's defaults under it and its paths made absolute. */
export interface CameraSettings extends Omit<StreamInput, 'format'> {
  readonly id: string;
  readonly name?: string;
}

/** Settings of a camera that may be changed one by one; undefined takes one out, so that the default holds again. */
export type CameraChange = { readonly [K in keyof Omit<CameraSettings, 'id'>]?: CameraSettings[K] | undefined };
