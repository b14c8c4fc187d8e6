import { DaylitError, type ErrorCode } from '../core/errors.js';

/** What the file system says, as an error of ours; what it does not name is taken as "cannot be written". */
const CODES: Readonly<Record<string, ErrorCode>> = {
  ENOSPC: 'OUTPUT_FULL',
  EDQUOT: 'OUTPUT_FULL',
  EEXIST: 'OUTPUT_EXISTS',
  EPIPE: 'OUTPUT_CLOSED',
  ECONNRESET: 'OUTPUT_CLOSED',
};

/** Any failure of writing to `target` as a DaylitError; those that already are one pass through. */
export function outputError(thrown: unknown, target: string): DaylitError {
  if (thrown instanceof DaylitError) return thrown;
  const errno = errnoOf(thrown);
  if (errno === undefined) return DaylitError.from(thrown);
  const code = CODES[errno] ?? 'OUTPUT_UNWRITABLE';
  return new DaylitError(code, code === 'OUTPUT_UNWRITABLE' ? `${target} (${errno})` : target, { cause: thrown });
}

/** The system's name of an error, such as ENOENT. */
export function errnoOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown)) return undefined;
  return typeof thrown.code === 'string' && /^E[A-Z0-9]+$/.test(thrown.code) ? thrown.code : undefined;
}
