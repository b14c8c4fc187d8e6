import assert from 'node:assert/strict';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { suite, test } from 'node:test';
import { checkTargets } from '../../src/sinks/check-targets.js';
import { temporaryFolder } from '../fakes/temporary-folder.js';

const CONFLICT = { code: 'OUTPUT_CONFLICT' };

suite('outputs beside one another and their input', () => {
  test('two of one name are refused, however it is spelled', async (context) => {
    const folder = await temporaryFolder(context);
    await mkdir(join(folder, 'real'));
    await symlink(join(folder, 'real'), join(folder, 'link'));
    const at = (name: string): string => join(folder, name);
    for (const [a, b] of [
      [at('a.mp4'), at('a.mp4')],
      [at('a.mp4'), relative('.', at('a.mp4'))],
      [at('a.mp4'), `${folder}/new/../a.mp4`],
      [at('real/new/a.mp4'), at('link/new/a.mp4')],
      [`${at('out')}/`, at('real/../out/')],
      ['-', '-'],
    ] as const) {
      assert.throws(() => { checkTargets([a, 'other.mkv', b], []); }, CONFLICT, `${a} ${b}`); // prettier-ignore
    }
    checkTargets([at('a.mp4'), at('a.mkv'), at('b/a.mp4'), '-', `${at('out')}/`, at('out/%d.png')], []);
  });

  test('an output that is the input is refused', async (context) => {
    const folder = await temporaryFolder(context);
    const at = (name: string): string => join(folder, name);
    await writeFile(at('in.mp4'), '');
    await symlink(at('in.mp4'), at('link.mp4'));
    for (const target of ['in.mp4', 'link.mp4', './in.mp4']) {
      assert.throws(() => { checkTargets([at(target)], [at('in.mp4')]); }, CONFLICT, target); // prettier-ignore
    }
    checkTargets([at('out.mp4'), `${folder}/`], [at('in.mp4')]);
    checkTargets([at('out.mp4')], ['synthetic:street', at('missing.mp4')]);
  });

  test('pictures that would be written over are refused, those beside them are not', async (context) => {
    const folder = await temporaryFolder(context);
    const at = (name: string): string => join(folder, name);
    for (const name of ['f1.png', 'f2.png', 'x.jp2']) await writeFile(at(name), '');
    for (const [target, input] of [
      [`${folder}/`, at('*.png')],
      [folder, folder],
      [at('f%d.png'), at('*.png')],
      [at('f1.png'), at('f1.png')],
      [at('f2.png'), at('f*.png')],
    ] as const) {
      assert.throws(() => { checkTargets([target], [input]); }, CONFLICT, `${input} to ${target}`); // prettier-ignore
    }
    checkTargets([at('out/')], [at('*.png')]);
    checkTargets([at('colour%d.png')], [at('*.png')]);
    checkTargets([`${folder}/`], [at('*.jp2')]);
  });

  test('a target that nothing is known of is named', () => {
    for (const target of ['a.avi', 'a', 'rtsp://host/a.mp4', '']) {
      assert.throws(() => { checkTargets([target], []); }, { code: 'OUTPUT_UNSUPPORTED' }, target); // prettier-ignore
    }
  });
});
