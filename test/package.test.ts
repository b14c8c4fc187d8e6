import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { packageRoot } from '../src/core/package-root.js';

interface PackedFile {
  readonly path: string;
  readonly size: number;
}

function packed(): readonly PackedFile[] {
  const listing = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: packageRoot(),
    encoding: 'utf8',
  });
  const [report] = JSON.parse(listing) as [{ files: readonly PackedFile[] }];
  return report.files;
}

suite('package', () => {
  test('what is published: the compiled library, the model, the pages; nothing else', () => {
    const rooms = new Set(
      packed().map(({ path }) => path.replace(/^(dist|docs)\/.*\.(js|d\.ts|md|html|css|svg)$/, '$1/*.$2')),
    );
    const { files } = JSON.parse(readFileSync(join(packageRoot(), 'models', 'live', 'model.json'), 'utf8')) as {
      files: Readonly<Record<string, unknown>>;
    };
    const expected = [
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'dist/*.css',
      'dist/*.d.ts',
      'dist/*.html',
      'dist/*.js',
      'dist/*.svg',
      'docs/*.md',
      'models/live/MODEL_CARD.md',
      'models/live/model.json',
      ...Object.keys(files).map((name) => `models/live/${name}`),
      'package.json',
    ];
    assert.deepEqual([...rooms].sort(), expected.sort());
  });

  test('it stays under 8 MiB', () => {
    const bytes = packed().reduce((sum, { size }) => sum + size, 0);
    assert.ok(bytes < 8 * 2 ** 20, `${bytes} bytes`);
  });

  test('every dependency has a reason in docs/decisions.md and an exact version', () => {
    const { dependencies } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as {
      dependencies: Readonly<Record<string, string>>;
    };
    const decisions = readFileSync(join(packageRoot(), 'docs', 'decisions.md'), 'utf8');
    for (const [name, version] of Object.entries(dependencies)) {
      assert.ok(decisions.includes(`\`${name}\``), `${name} has no row in docs/decisions.md`);
      assert.match(version, /^\d+\.\d+\.\d+$/, name);
    }
  });
});
