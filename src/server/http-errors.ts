import type { FastifyError } from 'fastify';
import { DaylitError, type ErrorCode } from '../core/errors.js';

/** Where it is not 500. */
const STATUS: Partial<Record<ErrorCode, number>> = {
  REQUEST_INVALID: 400,
  SIGN_IN_REQUIRED: 401,
  REQUEST_REFUSED: 403,
  NOT_ALLOWED: 403,
  ADDRESS_REFUSED: 403,
  NOT_SERVED: 404,
  NO_TEMPERATURE: 404,
  CHANGE_REFUSED: 409,
  // Well said, but not what a camera can be.
  OPTION_INVALID: 422,
  OPTION_UNKNOWN: 422,
  CONFIG_INVALID: 422,
  PROTOCOL_FORBIDDEN: 422,
  INPUT_UNSUPPORTED: 422,
  OUTPUT_UNSUPPORTED: 422,
  OUTPUT_CONFLICT: 422,
  HOST_NOT_FOUND: 422,
  REFERENCE_UNREADABLE: 422,
  TOO_MANY_ATTEMPTS: 429,
  NO_PICTURE: 503,
  SERVER_FULL: 503,
};

/** What a request that failed is answered with. */
export interface ErrorAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: { readonly error: { readonly code: ErrorCode; readonly message: string; readonly hint: string } };
}

/** Any thrown value as an answer: daylit's errors by their code, fastify's own as REQUEST_INVALID with their status. */
export function errorAnswer(thrown: unknown): ErrorAnswer {
  const error = isRequestError(thrown)
    ? new DaylitError('REQUEST_INVALID', thrown.message, { cause: thrown })
    : DaylitError.from(thrown);
  const { code, message, hint } = error;
  const status = isRequestError(thrown) ? thrown.statusCode : (STATUS[code] ?? 500);
  // RFC 9110 §11.6.1: a 401 says how to sign in.
  return {
    status,
    headers: status === 401 ? { 'www-authenticate': 'Bearer realm="daylit"' } : {},
    body: { error: { code, message, hint } },
  };
}

function isRequestError(thrown: unknown): thrown is FastifyError & { readonly statusCode: number } {
  const status = (thrown as FastifyError | undefined)?.statusCode;
  return !(thrown instanceof DaylitError) && typeof status === 'number' && status >= 400 && status < 500;
}
