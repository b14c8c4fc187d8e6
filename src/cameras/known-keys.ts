import { z } from 'zod';
import type { KeyPath } from './places.js';

/** The keys that a schema knows at this place; none where it is no object with keys of its own. */
export function knownKeys(schema: z.core.$ZodType, path: KeyPath): readonly string[] {
  const [key, ...rest] = path;
  const inner = bare(schema);
  if (inner instanceof z.ZodObject) {
    const shape = inner.shape as Readonly<Record<string, z.core.$ZodType>>;
    if (key === undefined) return Object.keys(shape);
    const next = shape[String(key)];
    return next === undefined ? [] : knownKeys(next, rest);
  }
  return inner instanceof z.ZodRecord && key !== undefined ? knownKeys(inner.valueType, rest) : [];
}

function bare(schema: z.core.$ZodType): z.core.$ZodType {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodDefault ? bare(schema.unwrap()) : schema;
}
