import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { findPairs } from '../../src/evaluation/pairs-folder.js';
import { temporaryFolder } from '../fakes/temporary-folder.js';

async function folderOf(t: TestContext, files: readonly string[], index?: string): Promise<string> {
  const root = await temporaryFolder(t);
  const folder = join(root, 'val');
  for (const part of ['thermal', 'visible']) await mkdir(join(folder, part), { recursive: true });
  for (const file of files) await writeFile(join(folder, file), '');
  if (index !== undefined) await writeFile(join(root, 'index.csv'), index);
  return folder;
}

suite('pairs folder', () => {
  test('pairs files by name, whatever their ending, in the order of names', async (t) => {
    const folder = await folderOf(t, [
      ...[
        'thermal/road-2.png',
        'thermal/road-10.jpg',
        'thermal/alone-1.jpg',
        'thermal/notes.txt',
        'thermal/plain.tiff',
      ],
      ...['visible/road-2.jpg', 'visible/road-10.jpg', 'visible/notes.txt', 'visible/plain.webp'],
    ]);
    assert.deepEqual(
      (await findPairs(folder)).map(({ name, site, block }) => [name, site, block]),
      [
        ['plain', 'val', 'plain'],
        ['road-10', 'road', 'road-10'],
        ['road-2', 'road', 'road-2'],
      ],
    );
  });

  test('takes sites and blocks from the index beside the folder, as far as it names them', async (t) => {
    const folder = await folderOf(
      t,
      ['thermal/a-1.jpg', 'visible/a-1.jpg', 'thermal/a-2.jpg', 'visible/a-2.jpg'],
      'split,site,name,scene_block\r\nval,quay,a-1,quay-east\r\n',
    );
    const [first, second] = await findPairs(folder);
    assert.deepEqual([first?.site, first?.block], ['quay', 'quay-east']);
    assert.deepEqual([second?.site, second?.block], ['a', 'a-2']);
  });

  test('refuses what is no pairs folder, with a code for each case', async (t) => {
    const empty = await folderOf(t, ['thermal/a-1.jpg', 'visible/a-2.jpg']);
    await assert.rejects(findPairs(empty), { code: 'INPUT_EMPTY' });
    await assert.rejects(findPairs(join(empty, 'thermal')), { code: 'INPUT_NOT_FOUND' });
    const badIndex = await folderOf(t, ['thermal/a-1.jpg', 'visible/a-1.jpg'], 'picture;site\na-1;quay\n');
    await assert.rejects(findPairs(badIndex), { code: 'INPUT_UNREADABLE' });
  });
});
