import type { z } from 'zod';
import { DaylitError } from './core/errors.js';

/**
 * Options by their schema; errors name them as the command line does.
 * @param flags what options are called on the command line, where not as in the schema
 * @throws DaylitError OPTION_UNKNOWN, OPTION_INVALID, naming the first option that is wrong
 */
export function checked<T extends z.ZodType>(
  schema: T,
  input: unknown,
  flags: Readonly<Record<string, string>> = {},
): z.output<T> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys.join(', ') : undefined;
  if (unknown !== undefined) throw new DaylitError('OPTION_UNKNOWN', unknown);
  const name = String(issue?.path[0] ?? '');
  throw new DaylitError('OPTION_INVALID', `${flagOf(flags[name] ?? name)}: ${issue?.message ?? 'not valid'}`);
}

/** `inputPalette` → `--input-palette`. */
function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
