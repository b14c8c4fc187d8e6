import { createHash } from 'node:crypto';
import type { Manifest } from './manifest.js';
import { elementsOf } from './tensor-shape.js';
import { floats, tokenShapeComplaint, type Tokens } from './tokens.js';

const DIGEST_BYTES = 32;

/**
 * Tokens as one file: SHA-256 of all that follows, the length of a JSON head (4 bytes, little-endian), the head with
 * each tensor's name and shape, then the tensors as little-endian float32 in that order.
 */
export function packTokens(tokens: Tokens): Buffer {
  const names = Object.keys(tokens);
  const head = Buffer.from(JSON.stringify(names.map((name) => [name, tokens[name]?.shape])));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(head.length);
  const bodies = names.map((name) => {
    const data = tokens[name]?.data ?? new Float32Array();
    const bytes = Buffer.alloc(data.length * 4);
    data.forEach((value, index) => bytes.writeFloatLE(value, index * 4));
    return bytes;
  });
  const content = Buffer.concat([length, head, ...bodies]);
  return Buffer.concat([createHash('sha256').update(content).digest(), content]);
}

/** The tokens of such a file; undefined if it is damaged or another model's. */
export function unpackTokens(file: Buffer, manifest: Manifest): Tokens | undefined {
  const content = file.subarray(DIGEST_BYTES);
  if (content.length < 4) return undefined;
  if (!createHash('sha256').update(content).digest().equals(file.subarray(0, DIGEST_BYTES))) return undefined;
  // From here on the bytes are those that packTokens wrote, perhaps for another model.
  const headEnd = 4 + content.readUInt32LE(0);
  const head = JSON.parse(content.toString('utf8', 4, headEnd)) as [string, number[]][];
  const tokens: Record<string, Tokens[string]> = {};
  let at = headEnd;
  for (const [name, shape] of head) {
    if (!manifest.tokens.includes(name) || tokenShapeComplaint(manifest, name, shape) !== undefined) return undefined;
    const end = at + elementsOf(shape) * 4;
    tokens[name] = { data: floats(content.subarray(at, end)), shape };
    at = end;
  }
  return manifest.tokens.every((name) => name in tokens) ? tokens : undefined;
}
