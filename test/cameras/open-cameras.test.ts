import assert from 'node:assert/strict';
import { once, EventEmitter } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { FollowedFile, openNamedCameras } from '../../src/cameras/open-cameras.js';
import type { Notice } from '../../src/core/notices.js';
import type { StateChange } from '../../src/core/states.js';
import { temporaryFolder } from '../fakes/temporary-folder.js';

const SCENE = 'synthetic:street?size=96x64&fps=10&frames=endless';
const camera = (palette: string, scene = SCENE): string => `{ input: '${scene}', palette: ${palette} }`;
const fileOf = (cameras: Readonly<Record<string, string>>): string =>
  `cameras:\n${Object.entries(cameras)
    .map(([id, text]) => `  ${id}: ${text}\n`)
    .join('')}`;

interface Followed {
  readonly path: string;
  readonly states: StateChange[];
  readonly file: FollowedFile;
  /** Writes another text and resolves with what is told of it. */
  readonly rewrite: (text: string) => Promise<Notice>;
}

async function follow(t: TestContext, text: string): Promise<Followed> {
  const path = join(await temporaryFolder(t), 'cameras.yml');
  await writeFile(path, text);
  const told = new EventEmitter();
  const states: StateChange[] = [];
  const file = await FollowedFile.open(path, {
    variables: {},
    onState: (change) => states.push(change),
    notify: (notice) => {
      if (notice.kind === 'cameras') told.emit('notice', notice);
    },
  });
  t.after(() => file.close());
  const rewrite = async (after: string): Promise<Notice> => {
    const heard = once(told, 'notice') as Promise<[Notice]>;
    await writeFile(path, after);
    const [notice] = await heard;
    return notice;
  };
  return { path, states, file, rewrite };
}

suite('cameras of a file', () => {
  test('a change of the file restarts what it changes, and nothing else', async (t) => {
    const { file, states, rewrite } = await follow(
      t,
      fileOf({ a: camera('lava'), b: camera('lava'), c: camera('lava') }),
    );
    const [a, b] = file.set.list();
    const notice = await rewrite(fileOf({ a: camera('lava'), b: camera('ironbow'), d: camera('lava') }));
    assert.deepEqual(notice.data, { started: 'b d', ended: 'c', untouched: 'a' });
    assert.deepEqual(
      file.set.list().map(({ id }) => id),
      ['a', 'b', 'd'],
    );
    assert.equal(file.set.find('a'), a);
    assert.notEqual(file.set.find('b'), b);
    assert.deepEqual(
      states.filter(({ of, state }) => of === 'a' && state !== 'live').map(({ state }) => state),
      ['connecting'],
    );
  });

  test('a broken file is told of with its line, and all runs on', async (t) => {
    const { file, rewrite } = await follow(t, fileOf({ a: camera('lava') }));
    const [a] = file.set.list();
    const broken = await rewrite(fileOf({ a: camera('purple') }));
    assert.equal(broken.data?.['code'], 'CONFIG_INVALID');
    assert.match(broken.message, /:2:\d+ cameras\.a\.palette/);
    assert.equal(file.set.find('a'), a);
    assert.equal(a?.status().palette, 'lava');
    const mended = await rewrite(fileOf({ a: camera('ironbow') }));
    assert.equal(mended.data?.['started'], 'a');
    assert.equal(file.set.find('a')?.status().palette, 'ironbow');
  });

  test('one that cannot begin is told of, and the others run', async (t) => {
    const { file, states } = await follow(t, fileOf({ a: camera('lava', 'synthetic:moon'), b: camera('lava') }));
    assert.deepEqual(
      file.set.list().map(({ id }) => id),
      ['b'],
    );
    const failed = states.find(({ state }) => state === 'failed');
    assert.deepEqual([failed?.of, failed?.code], ['a', 'OPTION_INVALID']);
  });

  test('what is changed in the set is in the file afterwards, and reading it again changes nothing', async (t) => {
    const { file, path } = await follow(t, fileOf({ a: camera('lava') }));
    await file.set.add({ id: 'b', input: SCENE, palette: 'lava' });
    await file.set.keep('a', { smoothing: 0.25 });
    const before = [...file.set.list()];
    assert.match(await readFile(path, 'utf8'), /smoothing: 0\.25/);
    await file.reload();
    assert.deepEqual(file.set.list(), before);
  });

  test('a file that cannot be run does not begin', async (t) => {
    const folder = await temporaryFolder(t);
    const path = join(folder, 'cameras.yml');
    const open = (): Promise<FollowedFile> => FollowedFile.open(path, { variables: {} });
    await assert.rejects(open(), { code: 'CONFIG_UNREADABLE' });
    await writeFile(path, fileOf({ a: camera('lava', 'synthetic:moon') }));
    await assert.rejects(open(), { code: 'OPTION_INVALID' });
    await writeFile(path, 'cameras: {}\n');
    const empty = await open();
    assert.deepEqual(empty.set.list(), []);
    await empty.close();
  });

  test('cameras named one by one get ids, and all begin or none', async () => {
    const wanted = { input: SCENE, palette: 'lava' } as const;
    const set = await openNamedCameras([wanted, wanted], {});
    assert.deepEqual(
      set.list().map(({ id }) => id),
      ['street', 'street-2'],
    );
    await set.close();
    await assert.rejects(openNamedCameras([wanted, { ...wanted, input: 'synthetic:moon' }], {}), {
      code: 'OPTION_INVALID',
    });
  });
});
