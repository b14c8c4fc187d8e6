import { DaylitError } from '../core/errors.js';

const two = (value: number): string => String(value).padStart(2, '0');

const FIELDS: Readonly<Record<string, (date: Date) => string>> = {
  Y: (date) => String(date.getFullYear()).padStart(4, '0'),
  m: (date) => two(date.getMonth() + 1),
  d: (date) => two(date.getDate()),
  H: (date) => two(date.getHours()),
  M: (date) => two(date.getMinutes()),
  S: (date) => two(date.getSeconds()),
  j: (date) => String(dayOfYear(date)).padStart(3, '0'),
  '%': () => '%',
};

/** What each field looks like, as a regular expression. */
const EXPRESSIONS: Readonly<Record<string, string>> = {
  ...{ Y: '\\d{4}', m: '(?:0[1-9]|1[0-2])', d: '(?:0[1-9]|[12]\\d|3[01])' },
  ...{ H: '(?:[01]\\d|2[0-3])', M: '[0-5]\\d', S: '[0-5]\\d' },
  ...{ j: '(?:00[1-9]|0[1-9]\\d|[12]\\d\\d|3[0-5]\\d|36[0-6])', '%': '%' },
};

/** A regular expression that fits just the names that `strftime` makes of a pattern. */
export function timeExpression(pattern: string): string {
  return pattern.replace(/%(.)|[\\^$.*+?()[\]{}|/-]/gs, (part, letter: string | undefined) =>
    letter === undefined ? `\\${part}` : (EXPRESSIONS[letter] ?? '(?!)'),
  );
}

/** Whether a name changes with time. */
export function namesTime(pattern: string): boolean {
  return /%[^%]/.test(pattern.replaceAll('%%', ''));
}

/**
 * A name with its time fields filled in, in local time: `%Y %m %d %H %M %S %j`, and `%%` for a percent sign (POSIX
 * strftime, the part of it that makes sense in file names).
 * @throws DaylitError OPTION_INVALID for any other field
 */
export function strftime(pattern: string, date: Date): string {
  return pattern.replace(/%(.?)/gs, (field, letter: string) => {
    const value = Object.hasOwn(FIELDS, letter) ? FIELDS[letter] : undefined;
    if (value === undefined) {
      throw new DaylitError('OPTION_INVALID', `${pattern}: ${field} is no time field`, {
        hint: 'Use %Y %m %d %H %M %S %j, and %% for a percent sign.',
      });
    }
    return value(date);
  });
}

function dayOfYear(date: Date): number {
  const days =
    (Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) - Date.UTC(date.getFullYear(), 0, 1)) / 864e5;
  return days + 1;
}
