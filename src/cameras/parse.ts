import { isPair, isSeq, LineCounter, parseDocument, Parser, visit, type CST, type Document } from 'yaml';
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

/** Bytes that a file may have; a camera takes about two hundred. */
export const MOST_BYTES = 256 * 1024;
/** Times that what an alias stands for may be used. */
const MOST_ALIASES = 200;

/** Levels of lists and keys that a file may have; it needs five. */
const MOST_LEVELS = 32;
/** Keys or items in one place: each key is compared with all before it. */
const MOST_ENTRIES = 1000;

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
  if (text.length > MOST_BYTES) {
    return { problems: [whole(`has ${text.length} characters; at most ${MOST_BYTES} are read`)] };
  }
  const bomb = bombIn(text);
  return bomb === undefined ? parsed(text, folder, variables) : { problems: [whole(bomb)] };
}

/**
 * Looks at the text's brackets and indentation, level by level, before anything is made of it: what is too deep reaches
 * the end of the stack, where V8 itself may give up, and what is too wide takes minutes.
 */
function bombIn(text: string): string | undefined {
  let level: CST.Token[] = [...new Parser().parse(text)];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MOST_LEVELS) return `has more than ${MOST_LEVELS} levels`;
    if (level.some((token) => 'items' in token && token.items.length > MOST_ENTRIES)) {
      return `has more than ${MOST_ENTRIES} entries in one place`;
    }
    level = level.flatMap(insideOf);
  }
  return undefined;
}

function insideOf(token: CST.Token): CST.Token[] {
  if (token.type === 'document') return token.value === undefined ? [] : [token.value];
  if (!('items' in token)) return [];
  return token.items.flatMap(({ key, value }) => [key, value].filter((inner) => inner !== null && inner !== undefined));
}

function parsed(text: string, folder: string, variables: Variables): Parsed {
  const lines = new LineCounter();
  // Not pretty: those errors quote lines of the file, which may hold a password.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  const places = new Places(document, lines);
  const faults = faultsOf(document, places);
  if (isSome(faults)) return { problems: faults };
  const { problems, secrets } = putVariablesIn(document, places, variables);
  const content = plain(document);
  if (content === undefined) return { problems: [whole('uses aliases too often, or ones that are not there')] };
  const result = camerasFileSchema.safeParse(content);
  if (!result.success) problems.push(...result.error.issues.flatMap((issue) => problemsOf(issue, places)));
  problems.sort((a, b) => a.line - b.line || a.column - b.column);
  if (isSome(problems)) return { problems };
  // The text as written, not what the schema made of it: defaults of the file come before those of the schema.
  const { server = {}, defaults = {}, cameras } = content as z.input<typeof camerasFileSchema>;
  const settings = Object.entries(cameras).map(([id, camera]) =>
    withAbsolutePaths({ ...defaults, ...camera, id } as CameraSettings, folder),
  );
  const refused = [...settings.flatMap((camera) => forbiddenIn(camera, places)), ...sharedOutputs(settings, places)];
  if (isSome(refused)) return { problems: refused };
  return { file: { server: withAbsoluteServerPaths(server, folder), cameras: settings, secrets } };
}

/** The first of each line; those after it only follow from it. */
function faultsOf({ errors }: Document, places: Places): readonly Problem[] {
  const faults = errors.map(({ pos, message }): Problem => {
    // What follows the colon, or a backslash, is quoted from the file and may be a password.
    const said = message.replace(/(?:: | \\).*$/s, '');
    return { code: 'CONFIG_INVALID', path: '', ...places.at(pos[0]), message: said };
  });
  return faults.filter(({ line }, index) => faults[index - 1]?.line !== line);
}

/** What the document says; undefined where aliases multiply it beyond measure. */
function plain(document: Document): unknown {
  try {
    return (document.toJS({ maxAliasCount: MOST_ALIASES }) as unknown) ?? {};
  } catch {
    return undefined;
  }
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
      if (role === 'key' && node.value === '__proto__') {
        const place = places.at(node.range?.[0] ?? 0);
        problems.push({ code: 'CONFIG_INVALID', path: '__proto__', ...place, message: 'not known' });
      }
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
  const message = spoken(issue);
  return [{ code: 'CONFIG_INVALID', path: spelled(issue.path), ...places.of(issue.path), message }];
}

const KINDS: Readonly<Record<string, string>> = {
  object: 'keys with values',
  record: 'keys with values',
  array: 'a list',
};

/** What must be, never what is: that may be a secret. */
function spoken(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type': {
      const kind = KINDS[issue.expected] ?? `a ${issue.expected}`;
      return issue.message.endsWith('undefined') ? `missing; must be ${kind}` : `must be ${kind}`;
    }
    case 'invalid_value':
      return `must be ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return issue.origin === 'string'
        ? 'must not be empty'
        : `must be ${issue.inclusive === true ? 'at least' : 'more than'} ${issue.minimum}`;
    case 'too_big':
      return `must be at most ${issue.maximum}${issue.origin === 'string' ? ' characters' : ''}`;
    case 'invalid_key':
      return issue.issues[0]?.message ?? issue.message;
    case 'custom':
    case 'invalid_element':
    case 'invalid_format':
    case 'invalid_union':
    case 'not_multiple_of':
    case 'unrecognized_keys':
      return issue.message;
  }
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

/** Outputs that another camera has already. */
function sharedOutputs(cameras: readonly CameraSettings[], places: Places): Problem[] {
  const owners = new Map<string, string>();
  return cameras.flatMap(({ id, outputs = [] }) =>
    outputs.flatMap((output, index): Problem[] => {
      const owner = owners.get(output);
      owners.set(output, owner ?? id);
      if (owner === undefined) return [];
      const path: KeyPath = ['cameras', id, 'outputs', index];
      const message = `is an output of ${owner} already`;
      return [{ code: 'OUTPUT_CONFLICT', path: spelled(path), ...places.of(path), message }];
    }),
  );
}

function whole(message: string): Problem {
  return { code: 'CONFIG_INVALID', path: '', line: 0, column: 0, message };
}

function isSome<T>(items: readonly T[]): items is readonly [T, ...T[]] {
  return items.length > 0;
}
