import type { z } from 'zod';
import { DaylitError } from '../core/errors.js';

/** What a request says, checked. @throws DaylitError REQUEST_INVALID naming the first thing that is wrong */
export function parsed<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = issue?.path.join('.') ?? '';
  throw new DaylitError('REQUEST_INVALID', `${where === '' ? '' : `${where}: `}${issue?.message ?? 'not valid'}`);
}
