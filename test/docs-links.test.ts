import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { suite, test } from 'node:test';
import { globSync } from 'tinyglobby';
import { packageRoot } from '../src/core/package-root.js';

const root = packageRoot();
const pages = globSync(['*.md', '{docs,deploy,test,train}/**/*.md', 'examples/**/*.md', 'models/**/*.md'], {
  ...{ cwd: root, ignore: ['**/node_modules/**', 'docs/api/**'] },
});
const textOf = (page: string): string => readFileSync(join(root, page), 'utf8');
const rooms = globSync('src/*/', { cwd: root, onlyDirectories: true }).map((folder) => folder.slice(4, -1));

suite('pages for people', () => {
  test('each link to a file leads to one', () => {
    const links = pages.flatMap((page) =>
      [...textOf(page).matchAll(/\]\(([^)\s#]+)(?:#[^)\s]*)?\)/g)].map(([, to = '']) => ({ page, to })),
    );
    const local = links.filter(({ to }) => !/^[a-z]+:/.test(to));
    assert.ok(local.length > 40);
    const broken = local.filter(({ page, to }) => !existsSync(join(root, dirname(page), to)));
    assert.deepEqual(broken, []);
  });

  test('each heading that a link leads to is there', () => {
    const slugOf = (heading: string): string =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replaceAll(' ', '-');
    const headingsOf = (page: string): string[] =>
      [...textOf(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => slugOf(heading));
    const broken = pages.flatMap((page) =>
      [...textOf(page).matchAll(/\]\(((?![a-z]+:)[^)\s#]*)#([^)\s]+)\)/g)]
        .map(([, to = '', anchor = '']) => ({ page, at: to === '' ? page : join(dirname(page), to), anchor }))
        .filter(({ at, anchor }) => at.endsWith('.md') && !headingsOf(at).includes(anchor)),
    );
    assert.deepEqual(broken, []);
  });

  test('each file of ours that a page names exists', () => {
    const named = pages.flatMap((page) =>
      [...textOf(page).matchAll(/`((?:src|test|bench)\/[\w./-]*\w\.(?:ts|mjs|py|md))`/g)].map(([, file = '']) => ({
        page,
        file,
      })),
    );
    assert.ok(named.length > 10);
    assert.deepEqual(
      named.filter(({ file }) => !existsSync(join(root, file))),
      [],
    );
  });

  test('each part of a room that the lifecycle names exists', () => {
    const part = new RegExp(`\`((?:${rooms.join('|')})/[\\w/-]+)(?:\\.ts)?\``, 'g');
    const named = ['docs/lifecycle.md', 'docs/decisions.md', 'CONTRIBUTING.md'].flatMap((page) =>
      [...textOf(page).matchAll(part)].map(([, file = '']) => file),
    );
    assert.ok(named.length > 20);
    assert.deepEqual(
      named.filter((file) => !existsSync(join(root, 'src', `${file}.ts`)) && !existsSync(join(root, 'src', file))),
      [],
    );
  });
});
