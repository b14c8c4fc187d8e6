import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/core/package-root.js';

/** One table of docs/security.md: what is tried, and how it must be answered. The page is what the tests go by. */
export class HostileTable {
  readonly #rows: ReadonlyMap<string, string>;
  readonly #tried = new Set<string>();

  /** @param heading of the section that the table stands in */
  constructor(heading: string) {
    const page = readFileSync(join(packageRoot(), 'docs', 'security.md'), 'utf8');
    const [, section = ''] = page.split(`### ${heading}\n`);
    const [table = ''] = section.split(/^#/m);
    const rows = [...table.matchAll(/^\| (.+?) +\| (.+?) +\|$/gm)].map(
      ([, what = '', answer = '']) => [what, answer] as const,
    );
    this.#rows = new Map(rows.filter(([what]) => what !== 'What is tried' && !what.startsWith('-')));
    assert.ok(this.#rows.size > 0, `docs/security.md has no table under ${heading}`);
  }

  /** Holds an answer to what the page says. */
  check(what: string, answer: number | string | undefined): void {
    assert.equal(String(answer), this.#rows.get(what), what);
    this.#tried.add(what);
  }

  /** Everything on the page has been tried. */
  checkAllTried(): void {
    assert.deepEqual(
      [...this.#rows.keys()].filter((what) => !this.#tried.has(what)),
      [],
    );
  }
}
