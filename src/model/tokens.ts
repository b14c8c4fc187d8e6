import { DaylitError } from '../core/errors.js';
import type { Manifest } from './manifest.js';
import { elementsOf, growingAxis } from './tensor-shape.js';

/** A float32 tensor. */
export interface FloatTensor {
  readonly data: Float32Array<ArrayBuffer>;
  readonly shape: readonly number[];
}

/** What the frame graph takes from references: tensors by name, as model.json lists them. */
export type Tokens = Readonly<Record<string, FloatTensor>>;

/** A photo's tokens under the name that its pixels and the encoder give it (see reference-cache.ts). */
export interface KeyedTokens {
  readonly key: string;
  readonly tokens: Tokens;
}

/** The learned tokens for 'no reference'. @throws DaylitError MODEL_INVALID if the file is too short. */
export function nullTokens(manifest: Manifest, bytes: Uint8Array): Tokens {
  return Object.fromEntries(
    Object.entries(manifest.nullTokens.tensors).map(([name, { offset, shape }]) => {
      const length = elementsOf(shape) * 4;
      if (offset + length > bytes.length) {
        throw new DaylitError('MODEL_INVALID', `${manifest.nullTokens.file} is too short for ${name}`);
      }
      const complaint = tokenShapeComplaint(manifest, name, shape);
      if (complaint !== undefined) throw new DaylitError('MODEL_INVALID', complaint);
      return [name, { data: floats(bytes.subarray(offset, offset + length)), shape }];
    }),
  );
}

/** Why a shape does not fit a token tensor of the frame graph; undefined if it fits. */
export function tokenShapeComplaint(manifest: Manifest, name: string, shape: readonly number[]): string | undefined {
  const expected = manifest.graphs.frame.inputs[name]?.shape ?? [];
  const fits =
    shape.length === expected.length &&
    expected.every((size, axis) =>
      size === 'B' ? shape[axis] === 1 : typeof size === 'string' || shape[axis] === size,
    );
  return fits ? undefined : `${name} has shape ${shape.join('×')}, expected ${expected.join('×')}`;
}

/** Several references as one: tensors joined along their dimension T or R, in the order given (at least one). */
export function joinTokens(manifest: Manifest, references: readonly Tokens[]): Tokens {
  return Object.fromEntries(
    manifest.tokens.map((name) => {
      const axis = growingAxis(manifest.graphs.frame.inputs[name]?.shape ?? []);
      return [
        name,
        join(
          references.flatMap((tokens) => tokens[name] ?? []),
          axis,
        ),
      ];
    }),
  );
}

function join(parts: readonly FloatTensor[], axis: number): FloatTensor {
  const [first] = parts;
  if (first === undefined) throw new RangeError('no tensors to join');
  if (parts.length === 1) return first;
  const outer = elementsOf(first.shape.slice(0, axis));
  const rows = parts.map((part) => part.data.length / outer);
  const width = rows.reduce((sum, length) => sum + length, 0);
  const data = new Float32Array(outer * width);
  let at = 0;
  for (let block = 0; block < outer; block += 1) {
    parts.forEach((part, index) => {
      const length = rows[index] ?? 0;
      data.set(part.data.subarray(block * length, (block + 1) * length), at);
      at += length;
    });
  }
  const grown = parts.reduce((sum, part) => sum + (part.shape[axis] ?? 0), 0);
  return { data, shape: first.shape.map((size, index) => (index === axis ? grown : size)) };
}

/** Little-endian bytes → floats in memory of their own, whatever this machine's byte order and the bytes' alignment. */
export function floats(bytes: Uint8Array): Float32Array<ArrayBuffer> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float32Array.from({ length: bytes.byteLength / 4 }, (_, index) => view.getFloat32(index * 4, true));
}
