import type { FastifyError } from 'fastify';
import { DaylitError, type ErrorCode } from '../core/errors.js';

/** Where it is not 500. */
const STATUS: Partial<Record<ErrorCode, number>> = {
  REQUEST_INVALID: 400,
  REQUEST_REFUSED: 403,
  NOT_SERVED: 404,
  REFERENCE_UNREADABLE: 422,
  NO_PICTURE: 503,
};

/** What a request that failed is answered with. */
export interface ErrorAnswer {
  readonly status: number;
  readonly body: { readonly error: { readonly code: ErrorCode; readonly message: string; readonly hint: string } };
}

/** Any thrown value as an answer: daylit's errors by their code, fastify's own as REQUEST_INVALID with their status. */
export function errorAnswer(thrown: unknown): ErrorAnswer {
  const error = isRequestError(thrown)
    ? new DaylitError('REQUEST_INVALID', thrown.message, { cause: thrown })
    : DaylitError.from(thrown);
  const { code, message, hint } = error;
  const status = isRequestError(thrown) ? thrown.statusCode : (STATUS[code] ?? 500);
  return { status, body: { error: { code, message, hint } } };
}

function isRequestError(thrown: unknown): thrown is FastifyError & { readonly statusCode: number } {
  const status = (thrown as FastifyError | undefined)?.statusCode;
  return !(thrown instanceof DaylitError) && typeof status === 'number' && status >= 400 && status < 500;
}
