import { isAlias, isMap, isPair, isSeq, type Document, type LineCounter } from 'yaml';
import type { Problem } from './problems.js';

/** Keys and indexes that lead to a value. */
export type KeyPath = readonly PropertyKey[];

/** `cameras.gate.outputs[1]`. */
export function spelled(path: KeyPath): string {
  return path.reduce<string>((before, key) => {
    if (typeof key === 'number') return `${before}[${key}]`;
    return before === '' ? String(key) : `${before}.${String(key)}`;
  }, '');
}

/** Where in the text something stands, counted from 1. */
export class Places {
  readonly #document: Document;
  readonly #lines: LineCounter;

  constructor(document: Document, lines: LineCounter) {
    this.#document = document;
    this.#lines = lines;
  }

  /** Of an offset in the text. */
  at(offset: number): Pick<Problem, 'line' | 'column'> {
    const { line, col: column } = this.#lines.linePos(offset);
    return { line, column };
  }

  /** Of the key, or the item, that a path leads to; of the nearest one above it that there is. */
  of(path: KeyPath): Pick<Problem, 'line' | 'column'> {
    let node: unknown = this.#document.contents;
    let offset = startOf(node);
    for (const key of path) {
      if (isAlias(node)) node = node.resolve(this.#document);
      const found: unknown = isMap(node)
        ? node.items.find((pair) => keyOf(pair.key) === String(key))
        : isSeq(node)
          ? node.items[Number(key)]
          : undefined;
      if (found === undefined) break;
      offset = startOf(isPair(found) ? found.key : found) ?? offset;
      node = isPair(found) ? found.value : found;
    }
    return this.at(offset ?? 0);
  }
}

function startOf(node: unknown): number | undefined {
  return (node as { range?: readonly number[] | null } | null | undefined)?.range?.[0];
}

/** What a key is called. */
export function keyOf(key: unknown): string {
  const value: unknown = (key as { value?: unknown } | null)?.value ?? key;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
