import assert from 'node:assert/strict';
import { mkdir, realpath, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { AllowedRoots, checkedTarget } from '../../src/fleet/allowed-roots.js';
import { temporaryFolder } from '../fakes/temporary-folder.js';

suite('folders that jobs may use', () => {
  test('what lies inside is given by its real path, also before it exists', async (t) => {
    const folder = await realpath(await temporaryFolder(t));
    const roots = await AllowedRoots.of([folder]);
    await writeFile(join(folder, 'a.mp4'), '');
    assert.equal(await roots.check(join(folder, 'a.mp4')), join(folder, 'a.mp4'));
    assert.equal(await roots.check(join(folder, 'new', 'b.mp4')), join(folder, 'new', 'b.mp4'));
  });

  test('ways out are refused: dots, links, neighbours of like names, addresses, the root itself', async (t) => {
    const folder = await realpath(await temporaryFolder(t));
    await mkdir(join(folder, 'root'));
    await mkdir(join(folder, 'rootless'));
    await symlink(join(folder, 'rootless'), join(folder, 'root', 'link'));
    const roots = await AllowedRoots.of([join(folder, 'root')]);
    const outside = ['root/../a.mp4', 'root/link/a.mp4', 'rootless/a.mp4', 'root'].map((path) => join(folder, path));
    for (const path of [...outside, 'a.mp4', 'file:///etc/passwd', `${join(folder, 'root')}/a\0.mp4`]) {
      await assert.rejects(roots.check(path), { code: 'JOB_REFUSED' }, path);
    }
  });

  test('a folder that there is not is an error at the start', async () => {
    await assert.rejects(AllowedRoots.of(['/nowhere/at/all']), { code: 'OPTION_INVALID' });
  });

  test('without any, no path is allowed', async () => {
    await assert.rejects((await AllowedRoots.of([])).check('/a.mp4'), { code: 'JOB_REFUSED' });
  });

  test('a link to what is not there yet is refused: writing would follow it', async (t) => {
    const folder = await realpath(await temporaryFolder(t));
    await symlink('/nowhere/a.mp4', join(folder, 'a.mp4'));
    await assert.rejects((await AllowedRoots.of([folder])).check(join(folder, 'a.mp4')), { code: 'JOB_REFUSED' });
  });

  test('addresses pass, paths are checked, and a folder stays one', async (t) => {
    const folder = await realpath(await temporaryFolder(t));
    const roots = await AllowedRoots.of([folder]);
    for (const address of ['rtsp://server/yard', 'synthetic:street', 'v4l2:/dev/video0'])
      assert.equal(await checkedTarget(address, roots), address);
    assert.equal(await checkedTarget(join(folder, 'frames/'), roots), join(folder, 'frames/'));
    for (const path of ['/etc/a.mp4', '/etc/camera.sdp', 'foo:/../../etc/a.mp4', '-'])
      await assert.rejects(checkedTarget(path, roots), { code: 'JOB_REFUSED' }, path);
  });
});
