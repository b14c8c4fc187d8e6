import { z } from 'zod';
import { DaylitError } from '../core/errors.js';
import type { Precision } from './precision.js';
import { growingAxis, resolveShape, SYMBOLIC_DIMENSION } from './tensor-shape.js';

/** The `format` of model.json that this version reads. */
export const MANIFEST_FORMAT = 1;

const side = z.int().min(1).max(8192);
/** A plain name inside the model folder: no separators, so nothing outside it can be named. */
const fileName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'must be a plain file name');
const tensorName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/, 'must be a tensor name');
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in lower-case hex');
const sentence = z.string().min(1).max(2000);

const tensorSchema = z.object({
  type: z.enum(['uint8', 'float32']),
  /** Numbers, or the symbols of tensor-shape.ts. */
  shape: z.array(z.union([z.int().min(1).max(65_536), z.string().regex(SYMBOLIC_DIMENSION)])).max(8),
});

const graphSchema = z.object({
  file: fileName,
  inputs: z.record(tensorName, tensorSchema),
  outputs: z.record(tensorName, tensorSchema),
});

/** The same graph, counted otherwise: the same tensors, a file of its own. */
const variantSchema = z.object({
  file: fileName,
  /** How far its block means may be off the self-test's, in grey levels. */
  tolerance: z.number().gt(0).max(64),
});

/** Means of the output over a grid of blocks, row by row, red, green, blue in turn; grey levels. */
const blockMeans = z
  .array(z.number().min(0).max(255))
  .min(3)
  .max(3 * 64);

const manifestSchema = z.object({
  format: z.literal(MANIFEST_FORMAT),
  name: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,63}$/),
  version: z.string().regex(/^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/, 'must be a version such as 1.0.0'),
  /** Terms of the weights, and of each set of pictures they were trained on. */
  licence: z.object({
    weights: sentence,
    data: z.array(z.object({ name: sentence, terms: sentence })),
  }),
  /** Every file of the folder that may be loaded. */
  files: z.record(
    fileName,
    z.object({
      bytes: z
        .int()
        .min(1)
        .max(2 ** 30),
      sha256,
    }),
  ),
  /** Size to which a reference photo is resized as a whole (area average, no crop). */
  reference: z.object({ width: side, height: side }),
  /** Width and height of frames must be multiples of this; others are padded by repeating their edge. */
  frameMultiple: z.int().min(1).max(512),
  /** How thermal pictures must be made grey; always white-hot gray8. */
  thermal: z.object({
    agc: z.enum(['none', 'linear', 'percentile', 'plateau', 'clahe']),
    percentiles: z.tuple([z.number().min(0).max(100), z.number().min(0).max(100)]).optional(),
  }),
  graphs: z.object({
    referenceEncoder: graphSchema,
    /** `variants` may be left out: `int8` counts in bytes, for the cpu, and is used where it is worth it. */
    frame: graphSchema.extend({
      variants: z.object({ int8: variantSchema.optional() }).optional(),
      /**
       * May be left out. Where the graph may be cut in two: for each state output, the tensor that holds it before the
       * frames before have had their say. Up to there the graph takes the frame and the tokens alone.
       */
      drawn: z.record(tensorName, tensorName).optional(),
    }),
  }),
  /** Tensors that the reference encoder yields and the frame graph takes; several references are concatenated. */
  tokens: z.array(tensorName).min(1).max(16),
  /** Tensors handed from frame to frame: the output of one is the input of the next; `zero` fills the first. */
  state: z.array(z.object({ input: tensorName, output: tensorName, zero: z.number() })).max(16),
  /** The learned tokens for 'no reference': float32, little-endian, at byte `offset`. */
  nullTokens: z.object({
    file: fileName,
    tensors: z.record(
      tensorName,
      z.object({ offset: z.int().min(0).multipleOf(4), shape: z.array(z.int().min(1).max(65_536)).max(8) }),
    ),
  }),
  /** Parameters of both graphs, for people. */
  parameters: z.int().min(0),
  /** A made-up frame and photo (self-test.ts) and what the model makes of them. */
  selfTest: z.object({
    seed: z.int().min(0).max(0xffff_ffff),
    size: z.object({ width: side.max(1024), height: side.max(1024) }),
    /** SHA-256 of the frame's bytes followed by the photo's. */
    inputSha256: sha256,
    columns: z.int().min(1).max(8),
    rows: z.int().min(1).max(8),
    withoutReference: blockMeans,
    withReference: blockMeans,
    /** How far any block mean may be off, in grey levels. */
    tolerance: z.number().gt(0).max(64),
  }),
});

/** What model.json says, checked. */
export type Manifest = z.infer<typeof manifestSchema>;
export type TensorSpec = z.infer<typeof tensorSchema>;
export type GraphSpec = z.infer<typeof graphSchema>;

/** Roles that the frame graph's other inputs and its picture have in format 1. */
export const FRAME_INPUT = 'frame';
export const SMOOTHING_INPUT = 'smoothing';
export const RESET_INPUT = 'reset';
export const PICTURE_OUTPUT = 'rgb';
/** The reference encoder's input in format 1. */
export const PHOTOS_INPUT = 'photos';

/**
 * The text of a model.json → a checked manifest.
 * @throws DaylitError MODEL_INVALID if it is not one that this version reads.
 */
export function parseManifest(text: string): Manifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new DaylitError('MODEL_INVALID', 'model.json is not JSON', { cause });
  }
  const format = typeof json === 'object' && json !== null && 'format' in json ? json.format : undefined;
  if (format !== MANIFEST_FORMAT) throw unknownFormat(format);
  const parsed = manifestSchema.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const place = issue?.path.map(String).join('.') ?? '';
    throw new DaylitError(
      'MODEL_INVALID',
      `model.json: ${place === '' ? '' : `${place}: `}${issue?.message ?? 'wrong'}`,
    );
  }
  const complaint = inconsistency(parsed.data);
  if (complaint !== undefined) throw new DaylitError('MODEL_INVALID', `model.json: ${complaint}`);
  return parsed.data;
}

function unknownFormat(format: unknown): DaylitError {
  const found = typeof format === 'number' ? `format ${format}` : 'no format number';
  const newer = typeof format === 'number' && format > MANIFEST_FORMAT;
  return new DaylitError('MODEL_INVALID', `model.json has ${found}, this version reads format ${MANIFEST_FORMAT}`, {
    hint: newer ? 'Update daylit, or take a model made for this version.' : 'Export the model again with train/.',
  });
}

/** What the schema cannot say: names must fit together. */
function inconsistency(manifest: Manifest): string | undefined {
  const { graphs, tokens, state, nullTokens, files, selfTest } = manifest;
  const { frame, referenceEncoder } = graphs;
  const stated = [FRAME_INPUT, SMOOTHING_INPUT, RESET_INPUT, ...tokens, ...state.map((part) => part.input)];
  const checks: readonly [boolean, string][] = [
    [sameNames(frame.inputs, stated), `graphs.frame.inputs must be exactly ${stated.join(', ')}`],
    [
      sameNames(frame.outputs, [PICTURE_OUTPUT, ...state.map((part) => part.output)]),
      'graphs.frame.outputs must be exactly rgb and the state',
    ],
    [sameNames(referenceEncoder.inputs, [PHOTOS_INPUT]), 'graphs.referenceEncoder.inputs must be exactly photos'],
    [sameNames(referenceEncoder.outputs, tokens), 'graphs.referenceEncoder.outputs must be exactly the tokens'],
    [sameNames(nullTokens.tensors, tokens), 'nullTokens.tensors must be exactly the tokens'],
    [
      tokens.every((name) => growingAxis(frame.inputs[name]?.shape ?? []) >= 0),
      'each token tensor must have a dimension T or R',
    ],
    [
      [...tokens, ...state.map((part) => part.input), SMOOTHING_INPUT, RESET_INPUT].every(
        (name) => frame.inputs[name]?.type === 'float32',
      ),
      'tokens, state, smoothing and reset must be float32',
    ],
    [
      frame.inputs[FRAME_INPUT]?.type === 'uint8' && frame.outputs[PICTURE_OUTPUT]?.type === 'uint8',
      'frame and rgb must be uint8',
    ],
    [
      state.every(({ input, output }) => sameShape(frame.inputs[input], frame.outputs[output])),
      'each state input must have the shape of its output',
    ],
    [
      frame.drawn === undefined ||
        sameNames(
          frame.drawn,
          state.map(({ output }) => output),
        ),
      'graphs.frame.drawn must be exactly the state',
    ],
    [
      [frame.file, referenceEncoder.file, nullTokens.file, frame.variants?.int8?.file ?? frame.file].every((name) =>
        Object.hasOwn(files, name),
      ),
      'files must list the graphs, their variants and the null tokens',
    ],
    [
      [frame, referenceEncoder].every((graph) => resolvable(graph, manifest.frameMultiple)),
      'frameMultiple must be a multiple of whatever divides H and W',
    ],
    [
      selfTest.size.width % manifest.frameMultiple === 0 && selfTest.size.height % manifest.frameMultiple === 0,
      'selfTest.size must be multiples of frameMultiple',
    ],
    [
      [selfTest.withReference, selfTest.withoutReference].every(
        (means) => means.length === selfTest.columns * selfTest.rows * 3,
      ),
      'selfTest must hold columns × rows × 3 means',
    ],
  ];
  return checks.find(([holds]) => !holds)?.[1];
}

/** How far block means may be off the self-test's, in grey levels, where a precision's own graph makes the picture. */
export function toleranceOf({ graphs, selfTest }: Manifest, precision: Precision): number {
  return precision === 'int8' ? (graphs.frame.variants?.int8?.tolerance ?? selfTest.tolerance) : selfTest.tolerance;
}

function resolvable(graph: GraphSpec, multiple: number): boolean {
  const bindings = { B: 1, H: multiple, W: multiple, T: 1, R: 1 };
  try {
    for (const { shape } of [...Object.values(graph.inputs), ...Object.values(graph.outputs)]) {
      resolveShape(shape, bindings);
    }
    return true;
  } catch {
    return false;
  }
}

function sameNames(given: Readonly<Record<string, unknown>>, expected: readonly string[]): boolean {
  const names = Object.keys(given);
  return names.length === expected.length && expected.every((name) => Object.hasOwn(given, name));
}

function sameShape(a: TensorSpec | undefined, b: TensorSpec | undefined): boolean {
  return a !== undefined && b !== undefined && a.type === b.type && a.shape.join() === b.shape.join();
}
