import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { bench, CASES } from '../../bench/bench.js';
import type { Report } from '../../bench/report.js';
import { temporaryFolder } from '../fakes/temporary-folder.js';

suite('bench', () => {
  test('a quick case runs from end to end and leaves its report', async (t) => {
    const out = join(await temporaryFolder(t), 'report');
    const said: string[] = [];
    const report = await bench({ only: ['nut'], quick: true, out, say: (line) => said.push(line) });
    assert.equal(said.length, 1);
    const [only] = report.cases;
    assert.deepEqual([report.cases.length, only?.name], [1, 'nut']);
    const figures = only?.figures ?? [];
    assert.ok(figures.length > 0);
    assert.ok(figures.every(({ samples }) => samples.length === 2 && samples.every((value) => value > 0)));
    assert.ok(figures.some(({ ratio }) => ratio !== null));
    const kept = JSON.parse(await readFile(join(out, 'baseline.json'), 'utf8')) as Report;
    assert.deepEqual(kept, report);
    const page = await readFile(join(out, 'report.md'), 'utf8');
    assert.match(page, /A quick run/);
    assert.match(page, /^\| demux \|/m);
  });

  test('a case that there is not is refused before any work, with those that there are', async (t) => {
    const out = await temporaryFolder(t);
    const run = bench({ only: ['nut', 'nutt'], quick: true, out, say: () => assert.fail('work began') });
    await assert.rejects(run, new RegExp(`no case "nutt": ${CASES.map(({ name }) => name).join(', ')}`));
  });
});
