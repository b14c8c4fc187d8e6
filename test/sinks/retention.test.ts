import assert from 'node:assert/strict';
import { mkdir, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { removeOld } from '../../src/sinks/retention.js';
import { strftime, timeExpression } from '../../src/sinks/strftime.js';
import { temporaryFolder } from '../fakes/temporary-folder.js';

const NOW = new Date(2026, 5, 10, 12).getTime();
const HOUR = 3600;

/** A file of some bytes that was last written to some hours ago. */
async function file(path: string, hours: number, bytes = 100): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, Buffer.alloc(bytes));
  const at = NOW / 1000 - hours * HOUR;
  await utimes(path, at, at);
  return path;
}

async function all(folder: string): Promise<string[]> {
  return (await readdir(folder, { recursive: true })).sort();
}

suite('retention', () => {
  test('what is too old goes, and the oldest of what is too much; the file being written stays', async (t) => {
    const folder = await temporaryFolder(t);
    const pattern = join(folder, '%H%M.mp4');
    const [oldest, old, young, current] = await Promise.all([
      file(join(folder, '0100.mp4'), 11),
      file(join(folder, '0300-2.mp4'), 9),
      file(join(folder, '1100.mp4'), 1),
      file(join(folder, '1200.mp4'), 20),
    ]);
    assert.deepEqual(await removeOld(pattern, { seconds: 10 * HOUR }, NOW, current), [oldest]);
    assert.deepEqual(await removeOld(pattern, { bytes: 300 }, NOW, current), []);
    assert.deepEqual(await removeOld(pattern, { bytes: 250 }, NOW, current), [old]);
    assert.deepEqual(await removeOld(pattern, { bytes: 1 }, NOW, current), [young]);
    assert.deepEqual(await all(folder), ['1200.mp4']);
  });

  test('telemetry goes with its recording, and counts; what only looks like it stays', async (t) => {
    const folder = await temporaryFolder(t);
    const old = await file(join(folder, '0100.mp4'), 9);
    const telemetry = await file(join(folder, '0100.telemetry.jsonl'), 1);
    const others = [await file(join(folder, '0200.telemetry.jsonl'), 9), await file(join(folder, '0300.mp4'), 8)];
    await symlink(others[0] ?? '', join(folder, '0300.telemetry.jsonl'));
    const kept = { bytes: 250 };
    assert.deepEqual(await removeOld(join(folder, '%H%M.mp4'), kept, NOW, 'none'), [old, telemetry]);
    assert.deepEqual(await all(folder), ['0200.telemetry.jsonl', '0300.mp4', '0300.telemetry.jsonl']);
  });

  test('folders of the pattern that have become empty go, others stay', async (t) => {
    const folder = await temporaryFolder(t);
    const [first, second, now] = await Promise.all([
      file(join(folder, 'a', '2026', '01', '02.mp4'), 3000),
      file(join(folder, 'a', '2026', '02', '02.mp4'), 2000),
      file(join(folder, 'a', '2026', '06', '10.mp4'), 0),
    ]);
    await file(join(folder, 'a', '2026', '02', 'notes.txt'), 3000);
    const removed = await removeOld(join(folder, 'a', '%Y', '%m', '%d.mp4'), { seconds: HOUR }, NOW, now);
    assert.deepEqual(removed.toSorted(), [first, second].sort());
    assert.deepEqual(
      (await all(join(folder, 'a'))).filter((name) => /\.|02$|01$/.test(name)),
      ['2026/02', '2026/02/notes.txt', '2026/06/10.mp4'],
    );
  });

  test('in a hostile folder, nothing that daylit cannot have written is touched', async (t) => {
    const folder = await temporaryFolder(t);
    const elsewhere = await temporaryFolder(t);
    const archive = join(folder, 'archive');
    const names = [
      ...['20260101-010203.mp4.bak', 'x20260101-010203.mp4', '20260101-010203.mkv', '20260101-010203.MP4', '-2.mp4'],
      ...['20261301-010203.mp4', '20260132-010203.mp4', '20260101-240203.mp4', '20260101-010203-0.mp4'],
      ...['20260101-010203-2-2.mp4', '20260101-010203 .mp4', '20260101_010203.mp4', '20260101-01020٣.mp4'],
      ...['20260101-010203.mp4\n', '20260101-010203-99999.mp4', '../20260101-010203.mp4'],
    ];
    await Promise.all(names.map((name) => file(join(archive, name), 5000)));
    await file(join(archive, 'sub', '20260101-010203.mp4'), 5000);
    await file(join(archive, '20260102-010203.mp4', 'inside'), 5000);
    const precious = await file(join(elsewhere, '20260101-010203.mp4'), 5000);
    await symlink(precious, join(archive, '20260103-010203.mp4'));
    await symlink(elsewhere, join(archive, '20260104-010203.mp4'));
    const before = [await all(folder), await all(elsewhere)];
    const kept = { seconds: 1, bytes: 1 };
    assert.deepEqual(await removeOld(join(archive, '%Y%m%d-%H%M%S.mp4'), kept, NOW, 'none'), []);
    assert.deepEqual([await all(folder), await all(elsewhere)], before);
    // Nor by way of a link in the place of a folder.
    const below = join(folder, 'linked');
    await mkdir(below);
    await symlink(elsewhere, join(below, '2026'));
    assert.deepEqual(await removeOld(join(below, '%Y', '%Y%m%d-%H%M%S.mp4'), kept, NOW, 'none'), []);
    assert.deepEqual(await all(elsewhere), before[1]);
  });

  test('whatever a pattern is made of, its own names fit, and the names of others do not', () => {
    const field = fc.constantFrom('%Y', '%m', '%d', '%H', '%M', '%S', '%j', '%%');
    const text = fc.stringMatching(/^[^%\0/]{0,4}$/);
    const pattern = fc.array(fc.oneof(field, text), { minLength: 1, maxLength: 8 }).map((parts) => parts.join(''));
    const date = fc.date({ min: new Date(2000, 0, 1), max: new Date(2099, 0, 1), noInvalidDate: true });
    fc.assert(
      fc.property(pattern, date, text, (made, at, more) => {
        const expression = new RegExp(`^${timeExpression(made)}$`);
        const name = strftime(made, at);
        assert.match(name, expression);
        if (more !== '' && !/\d/.test(more))
          assert.equal(expression.test(name + more), name + more === strftime(made, at));
      }),
    );
  });

  test('a folder that cannot be read is told, and nothing is removed', async (t) => {
    const folder = await temporaryFolder(t);
    await assert.rejects(removeOld(join(folder, 'gone', '%H.mp4'), { bytes: 1 }, NOW, 'none'), { code: 'ENOENT' });
    const link = join(folder, 'loop');
    await symlink(relative(folder, link), link);
    await assert.rejects(removeOld(join(link, '%H.mp4'), { bytes: 1 }, NOW, 'none'), { code: 'ELOOP' });
    await rm(link);
  });
});
