/** Where variables come from: the environment. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** A text with its variables put in. */
export interface Expanded {
  readonly text: string;
  /** Values that were put in. */
  readonly values: readonly string[];
  /** Variables that are not set and have no default. */
  readonly missing: readonly string[];
  /** Whether there is a `${` that names no variable. */
  readonly malformed: boolean;
}

const REFERENCE = /\$\$(?=\{)|\$\{([^}]*)(\}?)/g;
const NAMED = /^([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s;

/**
 * Puts variables into a text: `${NAME}`, `${NAME:-default}` (also where it is set to nothing), `$${` for the two
 * characters themselves. What a variable holds is not looked through again.
 */
export function expandVariables(text: string, variables: Variables): Expanded {
  const values: string[] = [];
  const missing: string[] = [];
  let malformed = false;
  const expanded = text.replace(REFERENCE, (whole: string, inner?: string, closing?: string) => {
    if (inner === undefined) return '$';
    const [, name, fallback] = NAMED.exec(inner) ?? [];
    if (name === undefined || closing === '') {
      malformed = true;
      return whole;
    }
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    const chosen = fallback !== undefined && (value === undefined || value === '') ? fallback : value;
    if (chosen === undefined) {
      missing.push(name);
      return '';
    }
    if (chosen === value) values.push(value);
    return chosen;
  });
  return { text: expanded, values, missing, malformed };
}
