import type { z } from 'zod';
import { DaylitError } from '../core/errors.js';

/** What a request says, checked. @throws DaylitError REQUEST_INVALID naming the first thing that is wrong */
export function parsed<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw invalid(result.error);
}

/** REQUEST_INVALID naming the first thing that is wrong. @param part of the request: `body`, `params`, `querystring` */
export function invalid({ issues: [issue] }: z.ZodError, part = ''): DaylitError {
  const steps = [part === 'querystring' ? 'query' : part, ...(issue?.path.map(String) ?? [])];
  const where = steps.filter((step) => step !== '').join('.');
  return new DaylitError('REQUEST_INVALID', `${where === '' ? '' : `${where}: `}${issue?.message ?? 'not valid'}`);
}
