import assert from 'node:assert/strict';
import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { FileStore } from '../../src/cameras/file-store.js';
import { temporaryFolder } from '../fakes/temporary-folder.js';

const TEXT = `# Cameras of the yard
defaults:
  smoothing: 0.5 # calm

cameras:
  # beside the road
  gate:
    input: rtsp://me:\${PW}@10.0.0.5/thermal # sub-stream
    outputs: [gate.mp4]
    palette: lava

  yard:
    input: rtsp://10.0.0.6/thermal
`;

async function fileIn(t: TestContext, text = TEXT): Promise<{ path: string; store: FileStore; folder: string }> {
  const folder = await temporaryFolder(t);
  const path = join(folder, 'cameras.yml');
  await writeFile(path, text);
  return { path, folder, store: new FileStore(path, { PW: 'geheim-geheim' }) };
}

suite('changes kept in a cameras file', () => {
  test('comments, variables, and what is not changed stay', async (t) => {
    const { path, store, folder } = await fileIn(t);
    const { settings, write } = await store.edit({
      ...{ kind: 'change', id: 'gate' },
      change: { palette: undefined, smoothing: 0.2, references: ['noon.jpg'] },
    });
    assert.equal(await readFile(path, 'utf8'), TEXT);
    await write();
    const expected = TEXT.replace('    palette: lava\n', '    smoothing: 0.2\n    references:\n      - noon.jpg\n');
    assert.equal(await readFile(path, 'utf8'), expected);
    assert.deepEqual(settings, {
      ...{ id: 'gate', input: 'rtsp://me:geheim-geheim@10.0.0.5/thermal', smoothing: 0.2 },
      ...{ references: [join(folder, 'noon.jpg')], outputs: [join(folder, 'gate.mp4')] },
    });
  });

  test('a camera is added at the end and taken out with its comments', async (t) => {
    const { path, store } = await fileIn(t);
    const added = await store.edit({ kind: 'add', settings: { id: 'roof', name: 'Roof', input: 'rtsp://10.0.0.7/x' } });
    assert.equal(added.settings.smoothing, 0.5);
    await added.write();
    assert.match(await readFile(path, 'utf8'), /\n {2}roof:\n {4}name: Roof\n {4}input: rtsp:\/\/10\.0\.0\.7\/x\n$/);
    await (await store.edit({ kind: 'remove', id: 'yard' })).write();
    const text = await readFile(path, 'utf8');
    assert.doesNotMatch(text, /yard:/);
    assert.match(text, /# beside the road\n {2}gate:/);
  });

  test('the first camera of an empty file', async (t) => {
    const { path, store } = await fileIn(t, 'cameras: {}\n');
    await (await store.edit({ kind: 'add', settings: { id: 'one', input: 'rtsp://h/x' } })).write();
    assert.equal(await readFile(path, 'utf8'), 'cameras:\n  one:\n    input: rtsp://h/x\n');
  });

  test('mode and link stay, and nothing lies beside it afterwards', async (t) => {
    const { path, folder } = await fileIn(t);
    await chmod(path, 0o640);
    await mkdir(join(folder, 'etc'));
    const link = join(folder, 'etc', 'link.yml');
    await symlink(path, link);
    const { write } = await new FileStore(link, { PW: 'geheim' }).edit({ kind: 'remove', id: 'yard' });
    await write();
    assert.equal((await stat(path)).mode & 0o777, 0o640);
    assert.doesNotMatch(await readFile(path, 'utf8'), /yard:/);
    assert.deepEqual(await readdir(join(folder, 'etc')), ['link.yml']);
    assert.deepEqual((await readdir(folder)).sort(), ['cameras.yml', 'etc']);
  });

  test('what would not be right is refused before anything is written', async (t) => {
    const { path, store } = await fileIn(t);
    await assert.rejects(store.edit({ kind: 'change', id: 'gate', change: { smoothing: 7 } }), {
      ...{ code: 'CONFIG_INVALID', message: /cameras\.gate\.smoothing/ },
    });
    await assert.rejects(store.edit({ kind: 'add', settings: { id: 'Not an id', input: 'x' } }), {
      code: 'CONFIG_INVALID',
    });
    await assert.rejects(store.edit({ kind: 'remove', id: 'nobody' }), { code: 'NOT_SERVED' });
    assert.equal(await readFile(path, 'utf8'), TEXT);
  });

  test('a file that somebody else has just written is not written over', async (t) => {
    const { path, store } = await fileIn(t);
    const { write } = await store.edit({ kind: 'remove', id: 'gate' });
    const theirs = `${TEXT}# theirs\n`;
    await writeFile(path, theirs);
    await assert.rejects(write(), { code: 'CONFIG_UNREADABLE' });
    assert.equal(await readFile(path, 'utf8'), theirs);
  });

  test('what is added or changed from afar cannot name variables', async (t) => {
    const { store } = await fileIn(t);
    const input = 'rtsp://evil.example/${PW}';
    const added = await store.edit({ kind: 'add', settings: { id: 'b', input, outputs: ['udp://1.2.3.4:5/${PW}'] } });
    assert.deepEqual([added.settings.input, added.settings.outputs], [input, ['udp://1.2.3.4:5/${PW}']]);
    await added.write();
    const changed = await store.edit({ kind: 'change', id: 'gate', change: { input } });
    assert.equal(changed.settings.input, input);
    await changed.write();
    assert.equal((await store.edit({ kind: 'remove', id: 'b' })).settings.input, input);
  });

  test('a camera that is an alias is changed by hand', async (t) => {
    const { store } = await fileIn(t, 'cameras:\n  a: &a { input: rtsp://h/x }\n  b: *a\n');
    await assert.rejects(store.edit({ kind: 'change', id: 'b', change: { crf: 3 } }), { code: 'CONFIG_INVALID' });
  });
});
