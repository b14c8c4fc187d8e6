import { isPair, isSeq, LineCounter, parseDocument, visit, type Document } from 'yaml';
import type { z } from 'zod';
import { forbiddenProtocol } from '../allowed-address.js';
import type { ServerInput } from '../config.js';
import { knownKeys } from './known-keys.js';
import { nearest } from './nearest.js';
import { withAbsolutePaths, withAbsoluteServerPaths } from './paths.js';
import { keyOf, Places, spelled, type KeyPath } from './places.js';
import type { Problem } from './problems.js';
import { camerasFileSchema, type CameraSettings } from './schema.js';
import { expandVariables, type Variables } from './variables.js';

/** Characters that a file may have; a camera takes about two hundred. */
export const MOST_CHARACTERS = 1024 * 1024;
/** Times that what an alias stands for may be used. */
const MOST_ALIASES = 200;

/** A cameras file, checked. */
export interface CamerasFile {
  /** As written, but for absolute paths; flags may come before it. */
  readonly server: ServerInput;
  /** In the order of the file. */
  readonly cameras: readonly CameraSettings[];
  /** What variables put into addresses: never to be shown. */
  readonly secrets: readonly string[];
}

/** Either the file, or all that is wrong with it. */
export type Parsed = { readonly file: CamerasFile } | { readonly problems: readonly [Problem, ...Problem[]] };

/**
 * Reads the text of a cameras file. Whatever the text is, this ends soon, and with a value: YAML faults, unknown keys,
 * values out of range, variables that are not set and protocols that are not let through are problems.
 *
 * @param folder what relative paths in it are relative to
 */
export function parseCamerasFile(text: string, folder: string, variables: Variables): Parsed {
  if (text.length > MOST_CHARACTERS) {
    return { problems: [whole(`has ${text.length} characters; at most ${MOST_CHARACTERS} are read`)] };
  }
  try {
    return parsed(text, folder, variables);
  } catch (thrown) {
    // What nests deeper than the stack reaches, or multiplies by aliases.
    const reason =
      thrown instanceof RangeError ? 'is nested too deeply' : 'uses aliases too often, or ones that are not there';
    return { problems: [whole(reason)] };
  }
}

function parsed(text: string, folder: string, variables: Variables): Parsed {
  const lines = new LineCounter();
  // Not pretty: those errors quote lines of the file, which may hold a password.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  const places = new Places(document, lines);
  const faults = document.errors.map(({ pos, message }): Problem => ({
    ...{ code: 'CONFIG_INVALID', path: '', ...places.at(pos[0]), message },
  }));
  if (isSome(faults)) return { problems: faults };
  const { problems, secrets } = putVariablesIn(document, places, variables);
  const content: unknown = document.toJS({ maxAliasCount: MOST_ALIASES });
  const result = camerasFileSchema.safeParse(content ?? {});
  if (!result.success) problems.push(...result.error.issues.flatMap((issue) => problemsOf(issue, places)));
  if (isSome(problems)) return { problems };
  // The text as written, not what the schema made of it: defaults of the file come before those of the schema.
  const { server = {}, defaults = {}, cameras } = content as z.input<typeof camerasFileSchema>;
  const settings = Object.entries(cameras).map(([id, camera]) =>
    withAbsolutePaths({ ...defaults, ...camera, id } as CameraSettings, folder),
  );
  const forbidden = settings.flatMap((camera) => forbiddenIn(camera, places));
  if (isSome(forbidden)) return { problems: forbidden };
  return { file: { server: withAbsoluteServerPaths(server, folder), cameras: settings, secrets } };
}

/** Replaces variables in every value, never in a key. What was one variable, unquoted, may be a number or yes and no. */
function putVariablesIn(
  document: Document,
  places: Places,
  variables: Variables,
): { problems: Problem[]; secrets: string[] } {
  const problems: Problem[] = [];
  const secrets: string[] = [];
  visit(document, {
    Scalar: (role, node, ancestors) => {
      if (role === 'key' || typeof node.value !== 'string' || !node.value.includes('${')) return;
      const { text, values, missing, malformed } = expandVariables(node.value, variables);
      const path = pathOf(ancestors, node);
      const place = { path: spelled(path), ...places.of(path) };
      for (const name of missing) {
        problems.push({ code: 'VARIABLE_MISSING', ...place, message: `\${${name}} is not set and has no default` });
      }
      if (malformed) {
        const message = 'a ${ names no variable; write ${NAME}, or $${ for the two characters';
        problems.push({ code: 'CONFIG_INVALID', ...place, message });
      }
      if (text.includes('://')) secrets.push(...values);
      const alone = node.type === 'PLAIN' && /^\$\{[^}]*\}$/.test(node.value);
      node.value = alone ? typed(text) : text;
    },
  });
  return { problems, secrets };
}

/** As YAML's core schema reads a plain word. */
function typed(text: string): string | number | boolean {
  if (/^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(text)) return Number(text);
  return text === 'true' || text === 'false' ? text === 'true' : text;
}

function pathOf(ancestors: readonly unknown[], node: unknown): KeyPath {
  return ancestors.flatMap((ancestor, index): KeyPath => {
    if (isPair(ancestor)) return [keyOf(ancestor.key)];
    return isSeq(ancestor) ? [ancestor.items.indexOf(ancestors[index + 1] ?? node)] : [];
  });
}

function problemsOf(issue: z.core.$ZodIssue, places: Places): readonly Problem[] {
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(camerasFileSchema, issue.path);
    return issue.keys.map((key) => {
      const path = [...issue.path, key];
      const meant = nearest(key, known);
      const message =
        meant === undefined ? `not known; known here: ${known.join(', ')}` : `not known; did you mean ${meant}?`;
      return { code: 'CONFIG_INVALID', path: spelled(path), ...places.of(path), message };
    });
  }
  const [inner] = issue.code === 'invalid_key' ? issue.issues : [issue];
  const message =
    issue.code === 'invalid_type' && !('received' in issue) ? wanted(issue) : (inner?.message ?? issue.message);
  return [{ code: 'CONFIG_INVALID', path: spelled(issue.path), ...places.of(issue.path), message }];
}

function wanted({ expected, message }: z.core.$ZodIssueInvalidType): string {
  return /undefined/.test(message) ? `missing; it must be a ${expected}` : `must be a ${expected}`;
}

function forbiddenIn({ id, input, outputs = [] }: CameraSettings, places: Places): Problem[] {
  const addresses: readonly (readonly [KeyPath, string])[] = [
    [['cameras', id, 'input'], input],
    ...outputs.map((output, index) => [['cameras', id, 'outputs', index], output] as const),
  ];
  return addresses.flatMap(([path, address]) => {
    const protocol = forbiddenProtocol(address);
    if (protocol === undefined) return [];
    const message = `${protocol}: is not let through`;
    return [{ code: 'PROTOCOL_FORBIDDEN', path: spelled(path), ...places.of(path), message }];
  });
}

function whole(message: string): Problem {
  return { code: 'CONFIG_INVALID', path: '', line: 0, column: 0, message };
}

function isSome<T>(items: readonly T[]): items is readonly [T, ...T[]] {
  return items.length > 0;
}
