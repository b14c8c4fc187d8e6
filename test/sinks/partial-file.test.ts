import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, realpath, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { beginPartialFile, writeInPlace } from '../../src/sinks/partial-file.js';
import { partialNameOf } from '../../src/sinks/partial-name.js';
import { asOrdinaryUser } from '../fakes/ordinary-user.js';
import { temporaryFolder } from '../fakes/temporary-folder.js';

/** The number of a process that has certainly ended. */
function deadProcess(): number {
  return spawnSync(process.execPath, ['--version']).pid;
}

suite('a file written beside', () => {
  test('has its name only when it is finished', async (context) => {
    const folder = await temporaryFolder(context);
    const file = await beginPartialFile(join(folder, 'a.mp4'), { overwrite: false });
    await writeFile(file.path, 'content');
    const names = await readdir(folder);
    assert.equal(names.length, 1);
    assert.match(names[0] ?? '', /^\.a\..*\.partial\.mp4$/);
    assert.equal(await file.finish(), 7);
    assert.deepEqual(await readdir(folder), ['a.mp4']);
    await file.discard();
    assert.equal(await readFile(join(folder, 'a.mp4'), 'utf8'), 'content');
  });

  test('leaves nothing when it is discarded, folders included', async (context) => {
    const folder = await temporaryFolder(context);
    const file = await beginPartialFile(join(folder, 'x/y/a.mp4'), { overwrite: false });
    await Promise.all([file.discard(), file.discard()]);
    assert.deepEqual(await readdir(folder), []);
  });

  test('leaves folders that hold something else', async (context) => {
    const folder = await temporaryFolder(context);
    const file = await beginPartialFile(join(folder, 'x/y/a.mp4'), { overwrite: false });
    await writeFile(join(folder, 'x/other'), '');
    await file.discard();
    assert.deepEqual(await readdir(folder, { recursive: true }), ['x', 'x/other']);
  });

  test('does not replace what is there, not even what came meanwhile', async (context) => {
    const target = join(await temporaryFolder(context), 'a.mp4');
    const file = await beginPartialFile(target, { overwrite: false });
    await writeFile(target, 'mine');
    await assert.rejects(beginPartialFile(target, { overwrite: false }), { code: 'OUTPUT_EXISTS' });
    await assert.rejects(file.finish(), { code: 'OUTPUT_EXISTS' });
    await file.discard();
    assert.equal(await readFile(target, 'utf8'), 'mine');
    assert.deepEqual(await readdir(join(target, '..')), ['a.mp4']);
  });

  test('replaces a file when told to, and keeps the old one until then', async (context) => {
    const target = join(await temporaryFolder(context), 'a.mp4');
    await writeFile(target, 'old');
    const file = await beginPartialFile(target, { overwrite: true });
    await writeFile(file.path, 'new');
    assert.equal(await readFile(target, 'utf8'), 'old');
    await file.finish();
    assert.equal(await readFile(target, 'utf8'), 'new');
  });

  test('goes through a link to the file it names', async (context) => {
    const folder = await temporaryFolder(context);
    await mkdir(join(folder, 'disk'));
    await writeFile(join(folder, 'disk/a.mp4'), 'old');
    await symlink(join(folder, 'disk/a.mp4'), join(folder, 'link.mp4'));
    const file = await beginPartialFile(join(folder, 'link.mp4'), { overwrite: true });
    await writeFile(file.path, 'new');
    await file.finish();
    assert.equal(await realpath(join(folder, 'link.mp4')), await realpath(join(folder, 'disk/a.mp4')));
    assert.equal(await readFile(join(folder, 'disk/a.mp4'), 'utf8'), 'new');
  });

  test('is refused before work where it cannot be written', async (context) => {
    const folder = await temporaryFolder(context);
    await writeFile(join(folder, 'file'), '');
    await mkdir(join(folder, 'folder.mp4'));
    await mkdir(join(folder, 'locked'));
    await chmod(join(folder, 'locked'), 0o555);
    for (const target of ['file/a.mp4', 'file/b/a.mp4', 'folder.mp4', `${'n'.repeat(300)}.mp4`]) {
      await assert.rejects(beginPartialFile(join(folder, target), { overwrite: true }), { code: 'OUTPUT_UNWRITABLE' });
    }
    await chmod(folder, 0o755);
    await asOrdinaryUser(async () => {
      for (const target of ['locked/a.mp4', 'locked/b/a.mp4']) {
        const attempt = beginPartialFile(join(folder, target), { overwrite: false });
        await assert.rejects(attempt, { code: 'OUTPUT_UNWRITABLE' });
      }
    });
    assert.deepEqual((await readdir(folder)).sort(), ['file', 'folder.mp4', 'locked']);
  });

  test('clears away what a killed process left of the same output, and nothing else', async (context) => {
    const folder = await temporaryFolder(context);
    const dead = deadProcess();
    const stale = partialNameOf('a.mp4', dead, '00000001');
    const ofEarlierContainer = partialNameOf('a.mp4', process.pid, '00000002');
    const kept = [partialNameOf('b.mp4', dead, '00000003'), partialNameOf('a.mp4', process.ppid, '00000004')];
    for (const name of [stale, ofEarlierContainer, ...kept]) await writeFile(join(folder, name), '');
    const first = await beginPartialFile(join(folder, 'a.mp4'), { overwrite: false });
    const second = await beginPartialFile(join(folder, 'a.mp4'), { overwrite: false });
    const names = (await readdir(folder)).map((name) => join(folder, name)).sort();
    assert.deepEqual(names, [first.path, second.path, ...kept.map((name) => join(folder, name))].sort());
  });
});

suite('a file written whole', () => {
  test('replaces nothing unless told to', async (context) => {
    const folder = await temporaryFolder(context);
    const target = join(folder, 'a.png');
    await writeInPlace(target, Buffer.from('one'), false);
    await assert.rejects(writeInPlace(target, Buffer.from('two'), false), { code: 'OUTPUT_EXISTS' });
    assert.equal(await readFile(target, 'utf8'), 'one');
    await writeInPlace(target, Buffer.from('three'), true);
    assert.equal(await readFile(target, 'utf8'), 'three');
    assert.deepEqual(await readdir(folder), ['a.png']);
  });
});
