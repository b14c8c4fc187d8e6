import { DaylitError } from '../core/errors.js';
import { printError } from './report.js';

/** Tells of an error and sets the exit status from the error table; the process ends by itself when its work is done. */
export function failWith(thrown: unknown, tell: (error: DaylitError) => void = printError): void {
  const error = DaylitError.from(thrown);
  // A normal end, such as a reader that has gone, is nothing to tell.
  if (error.exitStatus !== 0) tell(error);
  process.exitCode = error.exitStatus;
}
