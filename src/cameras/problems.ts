import { DaylitError, type ErrorCode } from '../core/errors.js';

/** One thing that is wrong with a cameras file. Never holds a value of the file or of a variable. */
export interface Problem {
  readonly code: ErrorCode;
  /** As `cameras.gate.agc`; empty for the file as a whole. */
  readonly path: string;
  /** From 1; 0 for the file as a whole. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** `cameras.yml:12:5 cameras.gate.agc: what is wrong`. */
export function describeProblem(file: string, { line, column, path, message }: Problem): string {
  const place = line === 0 ? file : `${file}:${line}:${column}`;
  return path === '' ? `${place} ${message}` : `${place} ${path}: ${message}`;
}

/** All of them as one error, which has the code of the first. */
export function problemsError(file: string, problems: readonly [Problem, ...Problem[]]): DaylitError {
  return new DaylitError(problems[0].code, problems.map((problem) => describeProblem(file, problem)).join('\n  '));
}
